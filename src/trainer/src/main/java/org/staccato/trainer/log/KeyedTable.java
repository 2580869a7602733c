package org.staccato.trainer.log;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table that describes items or users: delimited text, plain or gzip, with a header and one row
 * for each key. Immutable and safe to share between threads.
 */
public final class KeyedTable {

  /**
   * A row.
   *
   * @param line the line on which it begins, counted from 1
   * @param fields its fields, one for each column
   */
  public record Row(long line, List<String> fields) {}

  private final String source;
  private final List<String> header;
  private final Map<String, Row> rows;

  private KeyedTable(String source, List<String> header, Map<String, Row> rows) {
    this.source = source;
    this.header = header;
    this.rows = rows;
  }

  /**
   * Reads a table. The separator is recognised from the header: {@code ::}, tab, semicolon, comma
   * or space; with commas and semicolons, fields may be quoted.
   *
   * @param source the table
   * @param keyColumn the name of the column of keys, in any case
   * @return the table
   * @throws LogFormatException if it is missing, unreadable, empty or not UTF-8 text, lacks the
   *     column, or if a row has another number of fields than the header, no key, or the key of
   *     another row
   * @throws IOException if reading fails for another reason
   */
  public static KeyedTable read(LogSource source, String keyColumn) throws IOException {
    List<Row> read = new ArrayList<>();
    long line = 0;
    try (BufferedReader text = LogReader.open(source)) {
      String delimiter = DelimitedLines.recogniseDelimiter(text);
      try (CsvReader<CsvRecord> records = reader(delimiter).ofCsvRecord(text)) {
        for (CsvRecord each : records) {
          line = each.getStartingLineNumber();
          read.add(new Row(line, each.getFields()));
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (CsvParseException e) {
        LogFormatException unreadable =
            LogFormatException.ofSource(
                source.name(),
                line + 1,
                "a row that cannot be parsed (" + e.getMessage() + ")",
                "fields separated by " + LogFormatException.quote(delimiter));
        unreadable.initCause(e);
        throw unreadable;
      }
    }
    return of(source.name(), read, keyColumn);
  }

  private static CsvReader.CsvReaderBuilder reader(String delimiter) {
    boolean quoted = delimiter.equals(",") || delimiter.equals(";");
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .quoteCharacter(quoted ? '"' : '\0')
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false);
  }

  private static KeyedTable of(String source, List<Row> read, String keyColumn)
      throws LogFormatException {
    if (read.size() < 2) {
      throw LogFormatException.ofSource(
          source, read.isEmpty() ? "nothing" : "only a header", "a header and at least one row");
    }
    List<String> header = read.getFirst().fields.stream().map(String::strip).toList();
    Map<String, Row> rows = LinkedHashMap.newLinkedHashMap(read.size());
    KeyedTable table = new KeyedTable(source, header, rows);
    int key = table.column(keyColumn);
    for (Row row : read.subList(1, read.size())) {
      if (row.fields.size() != header.size()) {
        throw LogFormatException.ofSource(
            source,
            row.line,
            row.fields.size() + " fields",
            header.size() + " (" + String.join(", ", header) + ")");
      }
      String name = row.fields.get(key).strip();
      Row other = name.isEmpty() ? null : rows.putIfAbsent(name, row);
      if (name.isEmpty()) {
        throw LogFormatException.ofSource(
            source, row.line, "no key in column '" + header.get(key) + "'", "one");
      }
      if (other != null) {
        throw LogFormatException.ofSource(
            source,
            row.line,
            "the key " + LogFormatException.quote(name) + " as on line " + other.line,
            "each key once");
      }
    }
    return table;
  }

  /**
   * Finds a column.
   *
   * @param name its name, in any case
   * @return its position
   * @throws LogFormatException if there is none
   */
  public int column(String name) throws LogFormatException {
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw LogFormatException.ofSource(
        source,
        1,
        "only the columns " + String.join(", ", header),
        "a column " + LogFormatException.quote(name));
  }

  /** {@return the keys, in the order of the rows} */
  public Collection<String> keys() {
    return rows.keySet();
  }

  /**
   * Finds a row.
   *
   * @param key a key, as text
   * @return its row, or null if there is none
   */
  @SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
  public @Nullable Row row(String key) {
    return rows.get(key);
  }

  /**
   * Describes a field that cannot be used.
   *
   * @param row a row of this table
   * @param column the position of the field
   * @param expected the text expected
   * @return the exception, to be thrown
   */
  public LogFormatException unusable(Row row, int column, String expected) {
    return LogFormatException.ofSource(
        source,
        row.line,
        LogFormatException.quote(row.fields.get(column))
            + " in column '"
            + header.get(column)
            + "'",
        expected);
  }

  /**
   * Describes a table of which no row belongs to a catalogue.
   *
   * @param keyColumn the column of the keys
   * @param example a key of the catalogue
   * @return the exception, to be thrown
   */
  public LogFormatException foreign(String keyColumn, String example) {
    return LogFormatException.ofSource(
        source,
        "nothing known of any item of the log",
        "its keys in column '"
            + keyColumn
            + "', such as "
            + LogFormatException.quote(example)
            + ", beside a feature");
  }

  /** {@return the name of the source} */
  public String source() {
    return source;
  }
}
