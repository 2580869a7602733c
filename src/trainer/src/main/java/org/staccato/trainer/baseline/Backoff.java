package org.staccato.trainer.baseline;

import org.staccato.trainer.sequence.ItemCounts;

/**
 * Scores below 0 in the order of popularity, for the items to which a model gives no score above 0.
 */
final class Backoff {
  private Backoff() {}

  /** Returns a score for each item: the popular ones first, all of them below 0. */
  static float[] of(ItemCounts counts) {
    int most = 0;
    for (int item = 0; item < counts.items(); item++) {
      most = Math.max(most, counts.of(item));
    }
    float[] scores = new float[counts.items()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = counts.of(item) - (float) most - 1;
    }
    return scores;
  }
}
