package org.staccato.trainer.learn;

import java.io.IOException;
import org.staccato.model.Weights;

/** Evaluates weights on held-out events; called after every epoch. */
@FunctionalInterface
public interface Validation {

  /**
   * Evaluates weights.
   *
   * @param weights the weights after an epoch; not changed afterwards
   * @return their score, the higher the better
   * @throws IOException if the score needs a file that cannot be read or written
   */
  double score(Weights weights) throws IOException;
}
