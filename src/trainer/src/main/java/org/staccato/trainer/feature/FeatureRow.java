package org.staccato.trainer.feature;

/**
 * The features of an item: a sparse vector.
 *
 * @param features the features, ascending
 * @param weights the weight of each
 */
public record FeatureRow(int[] features, float[] weights) {

  /** An item of which nothing is known. */
  static final FeatureRow NONE = new FeatureRow(new int[0], new float[0]);

  /** {@return whether a feature of the item is known} */
  public boolean isKnown() {
    return features.length > 0;
  }
}
