package org.staccato.trainer.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a log is laid out: its delimiter, and which columns say who, what and when.
 *
 * <p>Start from a {@link #preset} and change what differs:
 *
 * {@snippet :
 * LogFormat format =
 *     LogFormat.preset("delimited").withColumn(Column.USER, "visitor").withDelimiter(";");
 * }
 *
 * @param name the name of the preset it started from
 * @param layout one event or one sequence per line
 * @param delimiter what separates fields, or empty to recognise {@code ::}, tab, semicolon, comma
 *     or space from the first line; sequences are separated by white space and ignore it
 * @param header the column names to assume where the first line has none of the mapped ones; empty
 *     if the first line must be a header
 * @param columns for each role the column names to look for, the first present one wins; case does
 *     not matter
 * @param optional the roles that a log may lack; any other mapped role must be present
 * @param timePattern a {@link java.time.format.DateTimeFormatter} pattern (UTC) for times that are
 *     neither numbers nor ISO-8601, or empty
 * @param minimumValue rows with a lower {@link Column#VALUE} are dropped; negative infinity for
 *     none
 */
public record LogFormat(
    String name,
    Layout layout,
    String delimiter,
    List<String> header,
    Map<Column, List<String>> columns,
    List<Column> optional,
    String timePattern,
    double minimumValue) {

  /** What a line of the file holds. */
  public enum Layout {
    /** One event, in columns. */
    EVENT_PER_LINE,
    /** A user key and the keys of all its items, oldest first, separated by white space. */
    SEQUENCE_PER_LINE
  }

  /** The names that {@link #preset} knows. */
  public static final List<String> PRESETS =
      List.of("delimited", "gru4rec", "movielens", "sequences", "online-retail", "recbole");

  private static final String PREFIX = "log.";
  private static final String SEPARATOR = "|";

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if the item or the time is optional: a log either has them or
   *     is said to lack them
   */
  public LogFormat {
    if (optional.contains(Column.ITEM) || optional.contains(Column.TIME)) {
      throw new IllegalArgumentException(
          "optional columns: found " + optional + ", expected neither ITEM nor TIME among them");
    }
    header = List.copyOf(header);
    EnumMap<Column, List<String>> copy = new EnumMap<>(Column.class);
    columns.forEach((column, names) -> copy.put(column, List.copyOf(names)));
    columns = Collections.unmodifiableMap(copy);
    optional = List.copyOf(optional);
  }

  /**
   * {@return a preset}
   *
   * <ul>
   *   <li>{@code delimited}: a header with {@code user}, {@code item}, {@code time} and perhaps
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
    LogFormat empty =
        new LogFormat(
            name,
            Layout.EVENT_PER_LINE,
            "",
            List.of(),
            Map.of(),
            List.of(),
            "",
            Double.NEGATIVE_INFINITY);
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
      case "sequences" ->
          new LogFormat(
              name,
              Layout.SEQUENCE_PER_LINE,
              "",
              List.of(),
              Map.of(),
              List.of(),
              "",
              Double.NEGATIVE_INFINITY);
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

  /**
   * {@return this format with a role mapped to a column that must be present}
   *
   * @param column the role
   * @param names the column names to look for
   * @throws IllegalArgumentException if no name is given or one contains {@code |}
   */
  public LogFormat withColumn(Column column, String... names) {
    return mapped(column, Arrays.asList(names), false);
  }

  /**
   * {@return this format without a column for a role}; a log without times counts as being in order
   *
   * @param column the role
   */
  public LogFormat withoutColumn(Column column) {
    return mapped(column, List.of(), false);
  }

  /**
   * {@return this format with another delimiter}
   *
   * @param delimiter what separates fields, or empty to recognise it
   */
  public LogFormat withDelimiter(String delimiter) {
    return new LogFormat(
        name, layout, delimiter, header, columns, optional, timePattern, minimumValue);
  }

  /**
   * {@return this format with column names to assume where the file has no header}
   *
   * @param header the column names, or empty if the first line must be a header
   */
  public LogFormat withHeader(List<String> header) {
    return new LogFormat(
        name, layout, delimiter, header, columns, optional, timePattern, minimumValue);
  }

  /**
   * {@return this format with a pattern for times}
   *
   * @param timePattern a {@link java.time.format.DateTimeFormatter} pattern, or empty
   */
  public LogFormat withTimePattern(String timePattern) {
    return new LogFormat(
        name, layout, delimiter, header, columns, optional, timePattern, minimumValue);
  }

  /**
   * {@return this format with a least value, below which rows are dropped}
   *
   * @param minimumValue the least value that is kept, negative infinity for none
   */
  public LogFormat withMinimumValue(double minimumValue) {
    return new LogFormat(
        name, layout, delimiter, header, columns, optional, timePattern, minimumValue);
  }

  /** {@return this format as flat text, in a stable order, for {@link #fromMap}} */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(PREFIX + "format", name);
    map.put(PREFIX + "delimiter", delimiter);
    map.put(PREFIX + "header", String.join(SEPARATOR, header));
    for (Column column : Column.values()) {
      List<String> names = columns.getOrDefault(column, List.of());
      map.put(key(column), (optional.contains(column) ? "?" : "") + String.join(SEPARATOR, names));
    }
    map.put(PREFIX + "time-pattern", timePattern);
    map.put(PREFIX + "minimum-value", Double.toString(minimumValue));
    return map;
  }

  /**
   * {@return the format that {@link #toMap} wrote}; what is missing is as in the preset, and other
   * keys are ignored
   *
   * @param map the flat text
   * @throws IllegalArgumentException if the preset is unknown, the minimum value is not a number,
   *     or the item or the time is optional
   */
  public static LogFormat fromMap(Map<String, String> map) {
    LogFormat format = preset(map.getOrDefault(PREFIX + "format", "delimited"));
    format = format.withDelimiter(map.getOrDefault(PREFIX + "delimiter", format.delimiter));
    format = format.withTimePattern(map.getOrDefault(PREFIX + "time-pattern", format.timePattern));
    String header = map.get(PREFIX + "header");
    format = header == null ? format : format.withHeader(split(header));
    for (Column column : Column.values()) {
      String names = map.get(key(column));
      if (names != null) {
        boolean optional = names.startsWith("?");
        format = format.mapped(column, split(optional ? names.substring(1) : names), optional);
      }
    }
    String minimum = map.get(PREFIX + "minimum-value");
    try {
      return minimum == null ? format : format.withMinimumValue(Double.parseDouble(minimum));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          PREFIX + "minimum-value: found '" + minimum + "', expected a number", e);
    }
  }

  /** The position of the column that plays a role in a header, or -1. */
  int position(Column column, List<String> header) {
    for (String name : columns.getOrDefault(column, List.of())) {
      for (int i = 0; i < header.size(); i++) {
        if (header.get(i).strip().equalsIgnoreCase(name)) {
          return i;
        }
      }
    }
    return -1;
  }

  private LogFormat maybe(Column column, String... names) {
    return mapped(column, Arrays.asList(names), true);
  }

  private LogFormat mapped(Column column, List<String> names, boolean isOptional) {
    for (String columnName : names) {
      if (columnName.isBlank() || columnName.contains(SEPARATOR)) {
        throw new IllegalArgumentException(
            "column name: found '" + columnName + "', expected a name without " + SEPARATOR);
      }
    }
    Map<Column, List<String>> changed = new EnumMap<>(Column.class);
    changed.putAll(columns);
    List<Column> changedOptional = new ArrayList<>(optional);
    changedOptional.remove(column);
    if (names.isEmpty()) {
      changed.remove(column);
    } else {
      changed.put(column, names);
      if (isOptional) {
        changedOptional.add(column);
      }
    }
    return new LogFormat(
        name, layout, delimiter, header, changed, changedOptional, timePattern, minimumValue);
  }

  private static List<String> split(@Nullable String names) {
    return names == null || names.isEmpty() ? List.of() : List.of(names.split("\\|"));
  }

  private static String key(Column column) {
    return PREFIX + "column." + column.name().toLowerCase(Locale.ROOT);
  }
}
