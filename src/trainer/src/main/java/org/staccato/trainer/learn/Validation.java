package org.staccato.trainer.learn;

import java.io.IOException;
import org.staccato.network.NetworkWeights;

/** Judges weights on events that were kept back; called after every epoch. */
@FunctionalInterface
public interface Validation {

  /**
   * {@return a score of the weights, the higher the better}
   *
   * @param weights the weights after an epoch; not changed afterwards
   * @throws IOException if the score needs a file that cannot be read or written
   */
  double score(NetworkWeights weights) throws IOException;
}
