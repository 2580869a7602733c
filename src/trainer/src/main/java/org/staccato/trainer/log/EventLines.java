package org.staccato.trainer.log;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads lines that hold one event each, in delimited columns. */
final class EventLines {
  /** In the order in which they are looked for in a first line. */
  private static final List<String> DELIMITERS = List.of("::", "\t", ";", ",", " ");

  /** A first line longer than this is not a header. */
  private static final int LONGEST_FIRST_LINE = 1 << 16;

  private static final int ABSENT = -1;

  private final Path file;
  private final BufferedReader text;
  private final LogFormat format;
  private final TimeParser times;

  private List<String> header = List.of();
  private int user;
  private int session;
  private int item;
  private int time;
  private int quantity;
  private int value;
  private long line;

  EventLines(Path file, BufferedReader text, LogFormat format) {
    this.file = file;
    this.text = text;
    this.format = format;
    this.times = new TimeParser(format.timePattern());
  }

  void readInto(EventLog.Builder log) throws IOException {
    String delimiter = format.delimiter().isEmpty() ? recogniseDelimiter() : format.delimiter();
    boolean quoted = delimiter.equals(",") || delimiter.equals(";");
    long rows = 0;
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            // Tab-separated logs do not quote: a quote in them is a character like any other.
            .quoteCharacter(quoted ? '"' : '\0')
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .ofCsvRecord(text)) {
      for (CsvRecord row : records) {
        line = row.getStartingLineNumber();
        if (header.isEmpty()) {
          if (readHeader(row.getFields())) {
            continue;
          }
        }
        rows++;
        readRow(row, log);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      LogFormatException unreadable =
          new LogFormatException(
              file,
              line + 1,
              null,
              "a row that cannot be parsed (" + e.getMessage() + ")",
              "fields separated by " + LogFormatException.quote(delimiter));
      unreadable.initCause(e);
      throw unreadable;
    }
    if (rows == 0) {
      throw new LogFormatException(
          file,
          LogFormatException.NO_LINE,
          null,
          header.isEmpty() ? "an empty file" : "a header only",
          "at least one event");
    }
  }

  /** Finds the columns; returns false if the first line already is an event. */
  private boolean readHeader(List<String> first) throws LogFormatException {
    boolean isHeader = format.header().isEmpty();
    for (Column column : Column.values()) {
      isHeader |= format.position(column, first) >= 0;
    }
    header = isHeader ? new ArrayList<>(first) : format.header();
    user = position(Column.USER);
    session = position(Column.SESSION);
    item = position(Column.ITEM);
    time = position(Column.TIME);
    quantity = position(Column.QUANTITY);
    value = position(Column.VALUE);
    if (user == ABSENT) {
      if (session == ABSENT) {
        throw missing(Column.USER);
      }
      user = session;
    }
    if (item == ABSENT) {
      throw missing(Column.ITEM);
    }
    return isHeader;
  }

  private int position(Column column) throws LogFormatException {
    int position = format.position(column, header);
    if (position == ABSENT
        && format.columns().containsKey(column)
        && !format.optional().contains(column)) {
      throw missing(column);
    }
    return position;
  }

  private LogFormatException missing(Column column) {
    List<String> names = format.columns().getOrDefault(column, List.of());
    String role = column.name().toLowerCase(Locale.ROOT);
    return new LogFormatException(
        file,
        line,
        names.isEmpty() ? role : String.join("' or '", names),
        "only the columns " + String.join(", ", header),
        "a column for the " + role);
  }

  private void readRow(CsvRecord row, EventLog.Builder log) throws LogFormatException {
    if (row.getFieldCount() != header.size()) {
      throw new LogFormatException(
          file,
          line,
          null,
          row.getFieldCount() + " fields",
          header.size() + " (" + String.join(", ", header) + ")");
    }
    // Every field of a row is checked before the row may be dropped: a broken line is never
    // mistaken for a dirty one.
    long at = time == ABSENT ? 0 : time(row.getField(time));
    double count = quantity == ABSENT ? 1 : number(quantity, row.getField(quantity));
    double rating = value == ABSENT ? 0 : number(value, row.getField(value));
    String who = row.getField(user).strip();
    String what = row.getField(item).strip();
    if (who.isEmpty()) {
      log.drop(DropReason.NO_USER);
    } else if (what.isEmpty()) {
      log.drop(DropReason.NO_ITEM);
    } else if (count <= 0) {
      log.drop(DropReason.RETURN);
    } else if (value != ABSENT && rating < format.minimumValue()) {
      log.drop(DropReason.LOW_VALUE);
    } else {
      log.add(who, session == ABSENT ? null : row.getField(session).strip(), what, at);
    }
  }

  private long time(String field) throws LogFormatException {
    Long millis = times.parse(field.strip());
    if (millis == null) {
      throw new LogFormatException(
          file, line, header.get(time), LogFormatException.quote(field), TimeParser.EXPECTED);
    }
    return millis;
  }

  private double number(int column, String field) throws LogFormatException {
    try {
      double number = Double.parseDouble(field);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like NaN and infinity.
    }
    throw new LogFormatException(
        file, line, header.get(column), LogFormatException.quote(field), "a number");
  }

  /** The delimiter of which the first line has most; the first candidate among equals. */
  private String recogniseDelimiter() throws IOException {
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
      int count = start.toString().split(java.util.regex.Pattern.quote(delimiter), -1).length - 1;
      boolean onlySpaces = delimiter.equals(" ") && most > 0;
      if (count > most && !onlySpaces) {
        best = delimiter;
        most = count;
      }
    }
    return best;
  }
}
