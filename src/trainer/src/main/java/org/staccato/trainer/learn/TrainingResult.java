package org.staccato.trainer.learn;

import java.util.List;
import org.staccato.model.Weights;

/**
 * The result of a training.
 *
 * @param weights the weights after the best epoch; owned by the caller
 * @param bestEpoch the epoch with the highest validation score, the first of equals, from 1
 * @param epochs a report of each epoch, in order
 */
public record TrainingResult(Weights weights, int bestEpoch, List<EpochReport> epochs) {

  /** Copies the list of reports. */
  public TrainingResult {
    epochs = List.copyOf(epochs);
  }
}
