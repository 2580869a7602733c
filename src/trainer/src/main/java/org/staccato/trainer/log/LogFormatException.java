package org.staccato.trainer.log;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A log could not be read as what it was said to be. The message is one sentence that names the
 * file and, where they are known, the line, the column, what was found and what was expected.
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public final class LogFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /** A {@link #line()} that is not known, or a problem of the file as a whole. */
  public static final long NO_LINE = 0;

  private final transient Path file;
  private final long line;
  private final @Nullable String column;
  private final String found;
  private final String expected;

  LogFormatException(Path file, long line, @Nullable String column, String found, String expected) {
    super(
        file
            + (line == NO_LINE ? "" : ", line " + line)
            + (column == null ? "" : ", column '" + column + "'")
            + ": found "
            + found
            + ", expected "
            + expected);
    this.file = file;
    this.line = line;
    this.column = column;
    this.found = found;
    this.expected = expected;
  }

  /** {@return the log's file} */
  public Path file() {
    return file;
  }

  /** {@return the line, counted from 1, or {@link #NO_LINE}} */
  public long line() {
    return line;
  }

  /** {@return the column's name in the file, or null if it is not about one column} */
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
