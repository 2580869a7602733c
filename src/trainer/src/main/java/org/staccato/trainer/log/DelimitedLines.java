package org.staccato.trainer.log;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvReader.CsvReaderBuilder;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads lines that hold one event each, in delimited columns. */
final class DelimitedLines implements EventRows.Fields {
  /** The candidates, in the order in which a first line is searched for them. */
  private static final List<String> DELIMITERS = List.of("::", "\t", ";", ",", " ");

  /** A first line longer than this is not a header. */
  private static final int LONGEST_FIRST_LINE = 1 << 16;

  private final String source;
  private final BufferedReader text;
  private final EventRows rows;
  private final LogFormat format;

  /** The columns of the log, and the positions of those that play a role. */
  private List<String> header = List.of();

  private final Map<Column, Integer> positions = new EnumMap<>(Column.class);

  private List<String> row = List.of();
  private long line;

  DelimitedLines(String source, BufferedReader text, EventRows rows) {
    this.source = source;
    this.text = text;
    this.rows = rows;
    this.format = rows.format();
  }

  void read() throws IOException {
    String delimiter = format.delimiter().isEmpty() ? recogniseDelimiter(text) : format.delimiter();
    boolean quoted = delimiter.equals(",") || delimiter.equals(";");
    CsvReaderBuilder reader =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            // Tab-separated logs have no quoting: a quote in them is an ordinary character.
            .quoteCharacter(quoted ? '"' : '\0')
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false);
    if (rows.mayBeBroken()) {
      readLines(reader, delimiter);
    } else {
      readRecords(reader, delimiter);
    }
    rows.requireAny(!header.isEmpty());
  }

  /** Reads records, whose quotes may hold line breaks. */
  private void readRecords(CsvReaderBuilder reader, String delimiter) throws IOException {
    try (CsvReader<CsvRecord> records = reader.ofCsvRecord(text)) {
      for (CsvRecord each : records) {
        line = each.getStartingLineNumber();
        readRecord(each);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      line++;
      throw unreadable(delimiter, e);
    }
  }

  /** Reads line by line, so that a quote that is not closed affects only its own line. */
  private void readLines(CsvReaderBuilder reader, String delimiter) throws IOException {
    for (String each = text.readLine(); each != null; each = text.readLine()) {
      line++;
      try (CsvReader<CsvRecord> records = reader.ofCsvRecord(each)) {
        for (CsvRecord only : records) {
          readRecord(only);
        }
      } catch (CsvParseException e) {
        rows.broken(unreadable(delimiter, e));
      }
    }
  }

  private LogFormatException unreadable(String delimiter, CsvParseException cause) {
    LogFormatException unreadable =
        LogFormatException.ofRow(
            source,
            line,
            null,
            "a row that cannot be parsed (" + cause.getMessage() + ")",
            "fields separated by " + LogFormatException.quote(delimiter));
    unreadable.initCause(cause);
    return unreadable;
  }

  private void readRecord(CsvRecord read) throws LogFormatException {
    row = read.getFields();
    if (header.isEmpty() && readHeader()) {
      return;
    }
    if (row.size() == header.size()) {
      rows.add(line, this);
    } else {
      rows.broken(
          LogFormatException.ofRow(
              source,
              line,
              null,
              row.size() + " fields",
              header.size() + " (" + String.join(", ", header) + ")"));
    }
  }

  @Override
  public @Nullable String text(Column column) {
    Integer position = positions.get(column);
    return position == null ? null : row.get(position);
  }

  @Override
  public String name(Column column) {
    Integer position = positions.get(column);
    return position == null ? "" : header.get(position);
  }

  /** Finds the columns; returns false if the first line already is an event. */
  private boolean readHeader() throws LogFormatException {
    boolean isHeader = format.header().isEmpty();
    for (Column column : Column.values()) {
      isHeader |= position(column, row) != null;
    }
    header = isHeader ? List.copyOf(row) : format.header();
    for (Column column : Column.values()) {
      Integer position = position(column, header);
      if (position != null) {
        positions.put(column, position);
      } else if (column != Column.ITEM && rows.requires(column)) {
        throw missing(column);
      }
    }
    if (!positions.containsKey(Column.USER) && !positions.containsKey(Column.SESSION)) {
      throw missing(Column.USER);
    }
    if (!positions.containsKey(Column.ITEM)) {
      throw missing(Column.ITEM);
    }
    return isHeader;
  }

  private @Nullable Integer position(Column column, List<String> header) {
    for (String name : format.names(column)) {
      for (int i = 0; i < header.size(); i++) {
        if (header.get(i).strip().equalsIgnoreCase(name)) {
          return i;
        }
      }
    }
    return null;
  }

  private LogFormatException missing(Column column) {
    return LogFormatException.ofColumn(source, line, column, format.names(column), header);
  }

  /**
   * Returns the delimiter that occurs most often in the first line; among equals, the first
   * candidate.
   */
  static String recogniseDelimiter(BufferedReader text) throws IOException {
    text.mark(LONGEST_FIRST_LINE);
    StringBuilder start = new StringBuilder();
    int c = text.read();
    while (c >= 0 && c != '\n' && start.length() < LONGEST_FIRST_LINE - 1) {
      start.append((char) c);
      c = text.read();
    }
    text.reset();
    String best = ",";
    int most = 0;
    for (String delimiter : DELIMITERS) {
      int count = start.toString().split(Pattern.quote(delimiter), -1).length - 1;
      boolean onlySpaces = delimiter.equals(" ") && most > 0;
      if (count > most && !onlySpaces) {
        best = delimiter;
        most = count;
      }
    }
    return best;
  }
}
