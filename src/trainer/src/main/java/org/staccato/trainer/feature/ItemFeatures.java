package org.staccato.trainer.feature;

import java.util.List;

/**
 * The features of all items of a catalogue: a sparse matrix, by item and by feature. Immutable and
 * safe to share between threads.
 */
public final class ItemFeatures {
  private final int features;
  private final Rows byItem;
  private final Rows byFeature;

  /** Rows of positions and weights, one behind the other. */
  private record Rows(int[] starts, int[] positions, float[] weights) {}

  /** Takes positions and weights, in ascending order. */
  public interface Entries {

    /**
     * Takes an entry.
     *
     * @param position the feature of an item, or the item of a feature
     * @param weight the weight
     */
    void take(int position, float weight);
  }

  /**
   * Takes the features of each item.
   *
   * @param features the number of features
   * @param rows the features of the items, in the order of the catalogue
   * @throws IndexOutOfBoundsException if a row has a feature outside the range
   */
  public ItemFeatures(int features, List<FeatureRow> rows) {
    this.features = features;
    int[] starts = new int[rows.size() + 1];
    int[] featureStarts = new int[features + 1];
    for (int item = 0; item < rows.size(); item++) {
      int[] found = rows.get(item).features();
      starts[item + 1] = starts[item] + found.length;
      for (int feature : found) {
        featureStarts[feature + 1]++;
      }
    }
    for (int feature = 0; feature < features; feature++) {
      featureStarts[feature + 1] += featureStarts[feature];
    }
    int count = starts[rows.size()];
    byItem = new Rows(starts, new int[count], new float[count]);
    byFeature = new Rows(featureStarts, new int[count], new float[count]);
    int[] next = featureStarts.clone();
    for (int item = 0; item < rows.size(); item++) {
      FeatureRow row = rows.get(item);
      for (int i = 0; i < row.features().length; i++) {
        int feature = row.features()[i];
        byItem.positions[starts[item] + i] = feature;
        byItem.weights[starts[item] + i] = row.weights()[i];
        byFeature.positions[next[feature]] = item;
        byFeature.weights[next[feature]++] = row.weights()[i];
      }
    }
  }

  /** {@return the number of items} */
  public int items() {
    return byItem.starts.length - 1;
  }

  /** {@return the number of features} */
  public int features() {
    return features;
  }

  /**
   * Tells whether an item has features.
   *
   * @param item the item
   * @return whether it has any
   */
  public boolean isDescribed(int item) {
    return byItem.starts[item + 1] > byItem.starts[item];
  }

  /** {@return the number of items that have features} */
  public int described() {
    int count = 0;
    for (int item = 0; item < items(); item++) {
      count += isDescribed(item) ? 1 : 0;
    }
    return count;
  }

  /**
   * Passes the features of an item.
   *
   * @param item the item
   * @param entries takes them
   */
  public void ofItem(int item, Entries entries) {
    pass(byItem, item, entries);
  }

  /**
   * Passes the items that have a feature.
   *
   * @param feature the feature
   * @param entries takes them
   */
  public void ofFeature(int feature, Entries entries) {
    pass(byFeature, feature, entries);
  }

  private static void pass(Rows rows, int row, Entries entries) {
    for (int i = rows.starts[row]; i < rows.starts[row + 1]; i++) {
      entries.take(rows.positions[i], rows.weights[i]);
    }
  }
}
