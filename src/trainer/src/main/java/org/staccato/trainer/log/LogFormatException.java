package org.staccato.trainer.log;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reports a log that cannot be read in its format. The message is one sentence that names the
 * source, the line and the column where they are known, the text found and the text expected.
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public final class LogFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * The {@link #line()} of a problem whose line is unknown, or that concerns the log as a whole.
   */
  public static final long NO_LINE = 0;

  /** The subject of a problem. */
  public enum Subject {
    /** The log as a whole: it is missing, empty, cut, binary or of another format. */
    SOURCE,
    /** A column that the log lacks. */
    COLUMN,
    /** One row, which {@link LogFormat#withMostBroken} may leave out. */
    ROW
  }

  private final String source;
  private final Subject subject;
  private final long line;
  private final @Nullable String column;
  private final String found;
  private final String expected;

  private LogFormatException(
      String source,
      Subject subject,
      long line,
      @Nullable String column,
      String found,
      String expected) {
    super(
        source
            + (line == NO_LINE ? "" : ", line " + line)
            + (column == null ? "" : ", column '" + column + "'")
            + ": found "
            + found
            + ", expected "
            + expected);
    this.source = source;
    this.subject = subject;
    this.line = line;
    this.column = column;
    this.found = found;
    this.expected = expected;
  }

  /** Reports a problem of a log as a whole. */
  static LogFormatException ofSource(String source, String found, String expected) {
    return ofSource(source, NO_LINE, found, expected);
  }

  /** Reports a problem of a log as a whole that appears on a line. */
  static LogFormatException ofSource(String source, long line, String found, String expected) {
    return new LogFormatException(source, Subject.SOURCE, line, null, found, expected);
  }

  /** Reports a column that is missing in the line that names the columns. */
  static LogFormatException ofColumn(
      String source, long line, Column column, List<String> names, List<String> header) {
    String role = column.name().toLowerCase(Locale.ROOT);
    return new LogFormatException(
        source,
        Subject.COLUMN,
        line,
        names.isEmpty() ? role : String.join("' or '", names),
        "only the columns " + String.join(", ", header),
        "a column for the " + role);
  }

  /** Reports a row that cannot be read, because of one of its columns or, with null, as a whole. */
  static LogFormatException ofRow(
      String source, long line, @Nullable String column, String found, String expected) {
    return new LogFormatException(source, Subject.ROW, line, column, found, expected);
  }

  /** {@return the name of the log's source; the name of a file is its path} */
  public String source() {
    return source;
  }

  /** {@return the subject of the problem} */
  public Subject subject() {
    return subject;
  }

  /** {@return the line, counted from 1, or {@link #NO_LINE}} */
  public long line() {
    return line;
  }

  /** {@return the column's name in the log, or null if the problem does not concern one column} */
  public @Nullable String column() {
    return column;
  }

  /** {@return the text found} */
  public String found() {
    return found;
  }

  /** {@return the text expected} */
  public String expected() {
    return expected;
  }

  /** Formats a field for a message: quotes it, and cuts it if it is long. */
  static String quote(String field) {
    int shown = 40;
    return field.length() <= shown ? "'" + field + "'" : "'" + field.substring(0, shown) + "…'";
  }
}
