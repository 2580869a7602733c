package org.staccato.trainer.baseline;

import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.sequence.ItemCounts;

/**
 * Scores every item by the popularity of its features: the mean number of training events of the
 * known items with each of them, weighted as the item has them. Ignores the observed sequence.
 */
public final class FeaturePopularity implements NextItemModel {
  private final float[] scores;

  /**
   * Counts the events.
   *
   * @param features the features of all items
   * @param train the training events of each item
   */
  public FeaturePopularity(ItemFeatures features, ItemCounts train) {
    scores = new float[features.items()];
    double[] means = new double[features.features()];
    for (int feature = 0; feature < means.length; feature++) {
      double[] sums = new double[2];
      features.ofFeature(
          feature,
          (item, weight) -> {
            if (!train.isCold(item)) {
              sums[0] += (double) weight * train.of(item);
              sums[1] += weight;
            }
          });
      means[feature] = sums[1] > 0 ? sums[0] / sums[1] : 0;
    }
    for (int item = 0; item < scores.length; item++) {
      int at = item;
      features.ofItem(item, (feature, weight) -> scores[at] += (float) (weight * means[feature]));
    }
  }

  @Override
  public String name() {
    return "feature popularity";
  }

  @Override
  public int items() {
    return scores.length;
  }

  @Override
  public Session newSession() {
    return new Session() {
      @Override
      public void reset() {}

      @Override
      public void observe(int item) {}

      @Override
      public void scores(float[] target) {
        System.arraycopy(scores, 0, target, 0, scores.length);
      }
    };
  }
}
