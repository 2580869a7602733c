package org.staccato.trainer.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.log.KeyedTable;
import org.staccato.trainer.log.LogFormatException;

/**
 * The features that items may have, learnt from the items of a training: feature 0 is that of every
 * described item, then come those of each column. Immutable and safe to share between threads.
 */
public final class FeatureVocabulary {
  private final List<FeatureField> fields;
  private final String item;
  private final int size;

  FeatureVocabulary(String item, List<FeatureField> fields) {
    this.item = item;
    this.fields = List.copyOf(fields);
    size = 1 + fields.stream().mapToInt(FeatureField::size).sum();
  }

  /**
   * Learns the terms and the quantiles of numbers of some items.
   *
   * @param table a table of items
   * @param columns its columns
   * @param training whether an item, given its key, may be learnt from
   * @return the vocabulary
   * @throws LogFormatException if the table lacks a column, or a number is none
   */
  public static FeatureVocabulary learn(
      KeyedTable table, FeatureColumns columns, Predicate<String> training)
      throws LogFormatException {
    List<FeatureField> fields = new ArrayList<>();
    for (String column : columns.categories()) {
      List<String> values = values(table, column, training);
      fields.add(
          FeatureField.Terms.learn(column, columns.separator(), values, columns.minimumSupport()));
    }
    for (String column : columns.words()) {
      List<String> values = values(table, column, training);
      fields.add(FeatureField.Terms.learn(column, "", values, columns.minimumSupport()));
    }
    for (String column : columns.numbers()) {
      fields.add(FeatureField.Buckets.learn(column, numbers(table, column, training)));
    }
    return new FeatureVocabulary(columns.item(), fields);
  }

  private static List<String> values(KeyedTable table, String column, Predicate<String> training)
      throws LogFormatException {
    int position = table.column(column);
    List<String> values = new ArrayList<>();
    for (String key : table.keys()) {
      KeyedTable.Row row = table.row(key);
      if (row != null && training.test(key)) {
        values.add(row.fields().get(position));
      }
    }
    return values;
  }

  private static double[] numbers(KeyedTable table, String column, Predicate<String> training)
      throws LogFormatException {
    int position = table.column(column);
    List<Double> numbers = new ArrayList<>();
    for (String key : table.keys()) {
      KeyedTable.Row row = table.row(key);
      if (row != null && training.test(key) && !row.fields().get(position).isBlank()) {
        try {
          numbers.add(FeatureField.Buckets.parse(row.fields().get(position)));
        } catch (NumberFormatException e) {
          throw notANumber(table, row, position, e);
        }
      }
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static LogFormatException notANumber(
      KeyedTable table, KeyedTable.Row row, int position, NumberFormatException cause) {
    LogFormatException e = table.unusable(row, position, "a finite number or nothing");
    e.initCause(cause);
    return e;
  }

  /** {@return the number of features} */
  public int size() {
    return size;
  }

  /** {@return the name of the column of the items' keys} */
  public String item() {
    return item;
  }

  List<FeatureField> fields() {
    return fields;
  }

  /**
   * Encodes an item. Fields that are empty or hold nothing known are left out; an item without any
   * known feature has none at all.
   *
   * @param table a table with the columns of the vocabulary
   * @param key the key of the item
   * @return its features; none if the table has no such item
   * @throws LogFormatException if the table lacks a column, or a number is none
   */
  public FeatureRow encode(KeyedTable table, String key) throws LogFormatException {
    KeyedTable.@Nullable Row row = table.row(key);
    if (row == null) {
      return FeatureRow.NONE;
    }
    Map<Integer, Float> weights = new TreeMap<>();
    int first = 1;
    for (FeatureField field : fields) {
      int position = table.column(field.column());
      try {
        field.add(row.fields().get(position), first, weights);
      } catch (NumberFormatException e) {
        throw notANumber(table, row, position, e);
      }
      first += field.size();
    }
    if (weights.isEmpty()) {
      return FeatureRow.NONE;
    }
    weights.put(0, 1f);
    int[] features = weights.keySet().stream().mapToInt(Integer::intValue).toArray();
    float[] values = new float[features.length];
    for (int i = 0; i < features.length; i++) {
      values[i] = weights.getOrDefault(features[i], 0f);
    }
    return new FeatureRow(features, values);
  }
}
