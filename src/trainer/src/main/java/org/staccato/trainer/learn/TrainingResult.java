package org.staccato.trainer.learn;

import java.util.List;
import org.staccato.network.NetworkWeights;

/**
 * What training came to.
 *
 * @param weights the weights after the best epoch; the caller's own
 * @param bestEpoch the epoch with the highest validation score, the first of equals, from 1
 * @param epochs a report per epoch, in order
 */
public record TrainingResult(NetworkWeights weights, int bestEpoch, List<EpochReport> epochs) {

  /** Copies the list of reports. */
  public TrainingResult {
    epochs = List.copyOf(epochs);
  }
}
