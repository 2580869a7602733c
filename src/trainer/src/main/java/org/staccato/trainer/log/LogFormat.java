package org.staccato.trainer.log;

import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a log: its delimiter, and the columns of users, items and times.
 *
 * <p>Start from a {@link #preset} and change the settings that differ:
 *
 * {@snippet :
 * LogFormat format =
 *     LogFormat.preset("delimited").withColumn(Column.USER, "visitor").withDelimiter(";");
 * }
 *
 * @param name the name of the preset that the format started from
 * @param layout one event or one sequence per line
 * @param delimiter the separator of fields, or empty to recognise {@code ::}, tab, semicolon, comma
 *     or space from the first line, or JSON from the first character; sequences are separated by
 *     white space and ignore it
 * @param header the column names to assume where the first line has none of the mapped ones; empty
 *     if the first line must be a header
 * @param columns the columns to look for, for each role that the log may have
 * @param notation the notation of times and numbers
 * @param limits the limits beyond which rows are left out
 */
public record LogFormat(
    String name,
    Layout layout,
    String delimiter,
    List<String> header,
    Map<Column, ColumnNames> columns,
    Notation notation,
    Limits limits) {

  /** The contents of a line of the file. */
  public enum Layout {
    /** One event, in columns. */
    EVENT_PER_LINE,
    /** A user key and the keys of all its items, oldest first, separated by white space. */
    SEQUENCE_PER_LINE
  }

  /**
   * The column that plays a role.
   *
   * @param names the names to look for, in any case; the first name that is present counts
   * @param optional whether the log may lack it
   */
  public record ColumnNames(List<String> names, boolean optional) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there is no name, or a name is blank or contains {@code
     *     |}
     */
    public ColumnNames {
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("column names: found none, expected at least one");
      }
      for (String each : names) {
        if (each.isBlank() || each.contains(SEPARATOR)) {
          throw new IllegalArgumentException(
              "column name: found '" + each + "', expected a name without " + SEPARATOR);
        }
      }
    }
  }

  /**
   * The notation of times and numbers.
   *
   * @param timePattern a {@link DateTimeFormatter} pattern (UTC where it names no zone) of times,
   *     or empty; times that do not fit it may be numbers or ISO-8601
   * @param decimalComma whether a comma, and not a point, begins the decimals of a number
   */
  public record Notation(String timePattern, boolean decimalComma) {
    /**
     * Checks the pattern.
     *
     * @throws IllegalArgumentException if it is not a pattern, or its times have no date
     */
    public Notation {
      if (!TimeParser.isPattern(timePattern)) {
        throw new IllegalArgumentException(
            "time pattern: found '"
                + timePattern
                + "', expected one of a date, such as d/M/yyyy H:mm");
      }
    }
  }

  /**
   * The limits beyond which rows are left out.
   *
   * @param minimumValue rows with a lower {@link Column#VALUE} are dropped; negative infinity for
   *     no limit, where values need not be numbers
   * @param mostBroken the largest share of rows, from 0 to 1, that may be broken: they are dropped;
   *     a row is then one line, and quotes must be closed in it. With 0 the first broken row ends
   *     the reading
   */
  public record Limits(double minimumValue, double mostBroken) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the least value is not a number, or the share is out of
     *     range
     */
    public Limits {
      if (Double.isNaN(minimumValue)) {
        throw new IllegalArgumentException("minimum value: found NaN, expected a number");
      }
      if (!(mostBroken >= 0 && mostBroken <= 1)) {
        throw new IllegalArgumentException(
            "share of broken rows: found " + mostBroken + ", expected 0 to 1");
      }
    }
  }

  /** The names that {@link #preset} knows. */
  public static final List<String> PRESETS =
      List.of("delimited", "gru4rec", "movielens", "sequences", "online-retail", "recbole");

  private static final String PREFIX = "log.";
  private static final String SEPARATOR = "|";

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if the item or the time is optional: every log has items, and
   *     a log without times has no column for them
   */
  public LogFormat {
    header = List.copyOf(header);
    EnumMap<Column, ColumnNames> copy = new EnumMap<>(Column.class);
    copy.putAll(columns);
    columns = Collections.unmodifiableMap(copy);
    for (Column column : List.of(Column.ITEM, Column.TIME)) {
      ColumnNames mapped = columns.get(column);
      if (mapped != null && mapped.optional) {
        throw new IllegalArgumentException(
            "optional columns: found " + column + ", expected neither ITEM nor TIME among them");
      }
    }
  }

  /**
   * {@return a preset}
   *
   * <ul>
   *   <li>{@code delimited}: a header with {@code user}, {@code item}, {@code time} and optionally
   *       {@code session}, {@code quantity}, {@code value}
   *   <li>{@code gru4rec}: {@code SessionId ItemId Time}
   *   <li>{@code movielens}: {@code ratings.dat}, {@code u.data}, {@code ratings.csv}
   *   <li>{@code sequences}: {@code user item item …}, one user per line
   *   <li>{@code online-retail}: UCI Online Retail I and II, as CSV or with unix times
   *   <li>{@code recbole}: {@code .inter} files with {@code user_id:token} or {@code
   *       session_id:token}
   * </ul>
   *
   * @param name one of {@link #PRESETS}
   * @throws IllegalArgumentException if there is no such preset
   */
  public static LogFormat preset(String name) {
    LogFormat empty = empty(name, Layout.EVENT_PER_LINE);
    return switch (name) {
      case "delimited" ->
          empty
              .maybe(Column.USER, "user", "user_id", "userId")
              .maybe(Column.SESSION, "session", "session_id", "sessionId")
              .withColumn(Column.ITEM, "item", "item_id", "itemId")
              .withColumn(Column.TIME, "time", "timestamp")
              .maybe(Column.QUANTITY, "quantity")
              .maybe(Column.VALUE, "value", "rating");
      case "gru4rec" ->
          empty
              .withColumn(Column.USER, "SessionId", "session_id")
              .withColumn(Column.ITEM, "ItemId", "item_id")
              .withColumn(Column.TIME, "Time", "timestamp");
      case "movielens" ->
          empty
              .withHeader(List.of("userId", "movieId", "rating", "timestamp"))
              .withColumn(Column.USER, "userId")
              .withColumn(Column.ITEM, "movieId")
              .withColumn(Column.TIME, "timestamp")
              .withColumn(Column.VALUE, "rating");
      case "sequences" -> empty(name, Layout.SEQUENCE_PER_LINE);
      case "online-retail" ->
          empty
              .withColumn(Column.USER, "customer", "CustomerID", "Customer ID")
              .withColumn(Column.ITEM, "item", "StockCode")
              .withColumn(Column.TIME, "unix_time", "InvoiceDate")
              .withColumn(Column.QUANTITY, "quantity")
              .maybe(Column.SESSION, "invoice", "InvoiceNo")
              .withTimePattern("M/d/yyyy H:mm");
      case "recbole" ->
          empty
              .maybe(Column.USER, "user_id:token")
              .maybe(Column.SESSION, "session_id:token")
              .withColumn(Column.ITEM, "item_id:token")
              .withColumn(Column.TIME, "timestamp:float")
              .maybe(Column.VALUE, "rating:float");
      default ->
          throw new IllegalArgumentException(
              "log format: found '" + name + "', expected one of " + PRESETS);
    };
  }

  private static LogFormat empty(String name, Layout layout) {
    return new LogFormat(
        name,
        layout,
        "",
        List.of(),
        Map.of(),
        new Notation("", false),
        new Limits(Double.NEGATIVE_INFINITY, 0));
  }

  /**
   * {@return this format with a role mapped to a column that must be present}
   *
   * @param column the role
   * @param names the column names to look for
   * @throws IllegalArgumentException if there is no name, or a name contains {@code |}
   */
  public LogFormat withColumn(Column column, String... names) {
    return mapped(column, new ColumnNames(Arrays.asList(names), false));
  }

  /**
   * {@return this format without a column for a role}; a log without times counts as ordered by
   * time
   *
   * @param column the role
   */
  public LogFormat withoutColumn(Column column) {
    return mapped(column, null);
  }

  /**
   * {@return this format with another delimiter}
   *
   * @param delimiter the separator of fields, or empty to recognise it
   */
  public LogFormat withDelimiter(String delimiter) {
    return new LogFormat(name, layout, delimiter, header, columns, notation, limits);
  }

  /**
   * {@return this format with column names to assume where the file has no header}
   *
   * @param header the column names, or empty if the first line must be a header
   */
  public LogFormat withHeader(List<String> header) {
    return new LogFormat(name, layout, delimiter, header, columns, notation, limits);
  }

  /**
   * {@return this format with a pattern for times}
   *
   * @param timePattern a {@link DateTimeFormatter} pattern, or empty
   * @throws IllegalArgumentException if it is not a pattern
   */
  public LogFormat withTimePattern(String timePattern) {
    return with(new Notation(timePattern, notation.decimalComma));
  }

  /**
   * {@return this format with numbers whose decimals follow a comma, or a point}
   *
   * @param decimalComma whether it is a comma
   */
  public LogFormat withDecimalComma(boolean decimalComma) {
    return with(new Notation(notation.timePattern, decimalComma));
  }

  /**
   * {@return this format with a least value, below which rows are dropped}
   *
   * @param minimumValue the least value that is kept, negative infinity for none
   * @throws IllegalArgumentException if it is not a number
   */
  public LogFormat withMinimumValue(double minimumValue) {
    return with(new Limits(minimumValue, limits.mostBroken));
  }

  /**
   * {@return this format with a share of rows that may be broken}
   *
   * @param mostBroken the largest share to drop, from 0 to 1
   * @throws IllegalArgumentException if it is out of range
   */
  public LogFormat withMostBroken(double mostBroken) {
    return with(new Limits(limits.minimumValue, mostBroken));
  }

  /** {@return this format as flat text, in a stable order, for {@link #fromMap}} */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(PREFIX + "format", name);
    map.put(PREFIX + "delimiter", delimiter);
    map.put(PREFIX + "header", String.join(SEPARATOR, header));
    for (Column column : Column.values()) {
      if (column == Column.TYPE && names(column).isEmpty()) {
        continue; // No preset has one, and recipes of models without one do not change.
      }
      map.put(key(column), (isOptional(column) ? "?" : "") + String.join(SEPARATOR, names(column)));
    }
    map.put(PREFIX + "time-pattern", notation.timePattern);
    map.put(PREFIX + "decimal-comma", Boolean.toString(notation.decimalComma));
    map.put(PREFIX + "minimum-value", Double.toString(limits.minimumValue));
    map.put(PREFIX + "most-broken", Double.toString(limits.mostBroken));
    return map;
  }

  /**
   * {@return the format that {@link #toMap} wrote}; missing keys take the values of the preset, and
   * unknown keys are ignored
   *
   * @param map the flat text
   * @throws IllegalArgumentException if the preset is unknown, the time pattern is not a pattern, a
   *     number is malformed or out of range, or the item or the time is optional
   */
  public static LogFormat fromMap(Map<String, String> map) {
    LogFormat format = preset(map.getOrDefault(PREFIX + "format", "delimited"));
    format = format.withDelimiter(map.getOrDefault(PREFIX + "delimiter", format.delimiter));
    String header = map.get(PREFIX + "header");
    format = header == null ? format : format.withHeader(split(header));
    for (Column column : Column.values()) {
      String names = map.get(key(column));
      if (names != null) {
        boolean optional = names.startsWith("?");
        List<String> split = split(optional ? names.substring(1) : names);
        format = format.mapped(column, split.isEmpty() ? null : new ColumnNames(split, optional));
      }
    }
    Notation notation = format.notation;
    Limits limits = format.limits;
    return format
        .with(
            new Notation(
                map.getOrDefault(PREFIX + "time-pattern", notation.timePattern),
                Boolean.parseBoolean(map.get(PREFIX + "decimal-comma"))))
        .with(
            new Limits(
                number(map, "minimum-value", limits.minimumValue),
                number(map, "most-broken", limits.mostBroken)));
  }

  private static double number(Map<String, String> map, String key, double otherwise) {
    String text = map.get(PREFIX + key);
    try {
      return text == null ? otherwise : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          PREFIX + key + ": found '" + text + "', expected a number", e);
    }
  }

  /** Returns the column names to look for, or none if the log has no column for a role. */
  List<String> names(Column column) {
    ColumnNames mapped = columns.get(column);
    return mapped == null ? List.of() : mapped.names;
  }

  /** Returns whether a role has a column that the log may lack. */
  boolean isOptional(Column column) {
    ColumnNames mapped = columns.get(column);
    return mapped != null && mapped.optional;
  }

  /** Returns whether rows are dropped for their value, which must then be a number. */
  boolean needsValue() {
    return limits.minimumValue > Double.NEGATIVE_INFINITY;
  }

  /** Returns the position in a header of the column that plays a role, or -1. */
  int position(Column column, List<String> header) {
    for (String name : names(column)) {
      for (int i = 0; i < header.size(); i++) {
        if (header.get(i).strip().equalsIgnoreCase(name)) {
          return i;
        }
      }
    }
    return -1;
  }

  private LogFormat maybe(Column column, String... names) {
    return mapped(column, new ColumnNames(Arrays.asList(names), true));
  }

  private LogFormat mapped(Column column, @Nullable ColumnNames names) {
    Map<Column, ColumnNames> changed = new EnumMap<>(Column.class);
    changed.putAll(columns);
    if (names == null) {
      changed.remove(column);
    } else {
      changed.put(column, names);
    }
    return new LogFormat(name, layout, delimiter, header, changed, notation, limits);
  }

  private LogFormat with(Notation changed) {
    return new LogFormat(name, layout, delimiter, header, columns, changed, limits);
  }

  private LogFormat with(Limits changed) {
    return new LogFormat(name, layout, delimiter, header, columns, notation, changed);
  }

  private static List<String> split(@Nullable String names) {
    return names == null || names.isEmpty() ? List.of() : List.of(names.split("\\|"));
  }

  private static String key(Column column) {
    return PREFIX + "column." + column.name().toLowerCase(Locale.ROOT);
  }
}
