package org.staccato.trainer.log;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A log could not be read as what it was said to be. The message is one sentence that names the
 * source and, where they are known, the line, the column, what was found and what was expected.
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public final class LogFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /** A {@link #line()} that is not known, or a problem of the log as a whole. */
  public static final long NO_LINE = 0;

  /** What the problem is about. */
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

  /** A problem of a log as a whole. */
  static LogFormatException ofSource(String source, String found, String expected) {
    return ofSource(source, NO_LINE, found, expected);
  }

  /** A problem of a log as a whole that shows on a line. */
  static LogFormatException ofSource(String source, long line, String found, String expected) {
    return new LogFormatException(source, Subject.SOURCE, line, null, found, expected);
  }

  /** A column that is missing where the columns are named. */
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

  /** A row that cannot be read, because of one of its columns or, with null, as a whole. */
  static LogFormatException ofRow(
      String source, long line, @Nullable String column, String found, String expected) {
    return new LogFormatException(source, Subject.ROW, line, column, found, expected);
  }

  /** {@return the name of the log's source: of a file, its path} */
  public String source() {
    return source;
  }

  /** {@return what the problem is about} */
  public Subject subject() {
    return subject;
  }

  /** {@return the line, counted from 1, or {@link #NO_LINE}} */
  public long line() {
    return line;
  }

  /** {@return the column's name in the log, or null if it is not about one column} */
  public @Nullable String column() {
    return column;
  }

  /** {@return what was found} */
  public String found() {
    return found;
  }

  /** {@return what was expected instead} */
  public String expected() {
    return expected;
  }

  /** A field as a message shows it: quoted, and cut where it is long. */
  static String quote(String field) {
    int shown = 40;
    return field.length() <= shown ? "'" + field + "'" : "'" + field.substring(0, shown) + "…'";
  }
}
