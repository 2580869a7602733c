package org.staccato.trainer.log;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns that a log keeps beside users, items and times, and that it must then have.
 *
 * @param columns {@link Column#TYPE}, {@link Column#VALUE} and {@link Column#TIME}, or some of
 *     them; a log always keeps the times that it has
 * @param lowestValue the lowest value that a row may have
 * @param highestValue the highest
 */
public record KeptColumns(Set<Column> columns, double lowestValue, double highestValue) {

  private static final List<Column> POSSIBLE = List.of(Column.TIME, Column.TYPE, Column.VALUE);

  /** Keeps none. */
  public static final KeptColumns NONE = of(Set.of());

  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException if a column cannot be kept, or the range of values is empty
   */
  public KeptColumns {
    columns = Set.copyOf(columns);
    if (!POSSIBLE.containsAll(columns)) {
      throw new IllegalArgumentException(
          "kept columns: found " + columns + ", expected some of " + POSSIBLE);
    }
    if (!(lowestValue < highestValue)) {
      throw new IllegalArgumentException(
          "range of values: found "
              + lowestValue
              + " to "
              + highestValue
              + ", expected a lower and"
              + " a higher number");
    }
  }

  /**
   * Keeps columns with any values.
   *
   * @param columns the columns
   * @return what a log keeps
   */
  public static KeptColumns of(Set<Column> columns) {
    return new KeptColumns(columns, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** Returns whether a column is kept. */
  boolean has(Column column) {
    return columns.contains(column);
  }

  /** Returns whether a value is in the range. */
  boolean inRange(double value) {
    return value >= lowestValue && value <= highestValue;
  }

  /** Names the columns for a message. */
  String words() {
    return columns.stream()
        .map(column -> column.name().toLowerCase(Locale.ROOT))
        .sorted()
        .collect(Collectors.joining(" and "));
  }

  /** Describes the range for a message. */
  String range() {
    return "a number from " + lowestValue + " to " + highestValue;
  }
}
