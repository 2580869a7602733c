package org.staccato.trainer.learn;

import org.staccato.trainer.feature.ItemFeatures;

/**
 * Learns from features of items: the row of an item is the sum of a part of its own and of the
 * embeddings of its features, which may then stand for an item without a part of its own.
 *
 * @param features the features of all items of the catalogue
 * @param itemDropout the probability, at least 0 and below 1, that an item is left without its own
 *     part during an update, as input and as output, so that its features learn to stand for it (M.
 *     Volkovs et al., DropoutNet, 2017)
 */
public record FeatureLearning(ItemFeatures features, float itemDropout) {

  /** The usual item dropout. */
  public static final float USUAL_DROPOUT = 0.2f;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the probability is out of range
   */
  public FeatureLearning {
    if (!(itemDropout >= 0 && itemDropout < 1)) {
      throw new IllegalArgumentException(
          "item dropout: found " + itemDropout + ", expected at least 0 and below 1");
    }
  }
}
