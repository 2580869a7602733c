package org.staccato.trainer.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.staccato.trainer.log.KeyedTable;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.log.LogFormatException;

/**
 * The features of all items of a catalogue: a sparse matrix, by item and by feature. Immutable and
 * safe to share between threads.
 */
public final class ItemFeatures {
  private final String vocabulary;
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
   * @param vocabulary what the features mean, a text that weight files keep
   * @param features the number of features
   * @param rows the features of the items, in the order of the catalogue
   * @throws IndexOutOfBoundsException if a row has a feature outside the range
   */
  public ItemFeatures(String vocabulary, int features, List<FeatureRow> rows) {
    this.vocabulary = vocabulary;
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

  /**
   * Encodes the items of a catalogue, with a vocabulary that is learnt from all of them.
   *
   * @param table a table of items
   * @param columns its columns
   * @param catalogue the keys of the items
   * @return the features of the items
   * @throws LogFormatException if the table lacks a column, a number is none, or it describes no
   *     item of the catalogue
   */
  public static ItemFeatures of(KeyedTable table, FeatureColumns columns, Keys catalogue)
      throws LogFormatException {
    Set<String> keys = Set.copyOf(catalogue.texts());
    FeatureVocabulary vocabulary = FeatureVocabulary.learn(table, columns, keys::contains);
    ItemFeatures features = of(table, vocabulary, catalogue);
    if (features.described() == 0) {
      throw table.foreign(columns.item(), catalogue.text(0));
    }
    return features;
  }

  /**
   * Encodes the items of a catalogue.
   *
   * @param table a table of items
   * @param vocabulary the features
   * @param catalogue the keys of the items
   * @return the features of the items
   * @throws LogFormatException if the table lacks a column, or a number is none
   */
  public static ItemFeatures of(KeyedTable table, FeatureVocabulary vocabulary, Keys catalogue)
      throws LogFormatException {
    List<FeatureRow> rows = new ArrayList<>();
    for (String key : catalogue.texts()) {
      rows.add(vocabulary.encode(table, key));
    }
    return new ItemFeatures(VocabularyJson.write(vocabulary), vocabulary.size(), rows);
  }

  /** {@return what the features mean, a text that weight files keep} */
  public String vocabulary() {
    return vocabulary;
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
