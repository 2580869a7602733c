package org.staccato.trainer.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads logs, plain or gzip: which of the two is seen from the content, not from the name. */
public final class LogReader {
  private LogReader() {}

  /**
   * {@return the events of a log, in its order}
   *
   * @param file the log
   * @param format how it is laid out
   * @throws LogFormatException if the file is missing, unreadable, empty, truncated, not UTF-8
   *     text, lacks a column or has a line that does not fit
   * @throws IOException if reading fails otherwise
   */
  public static EventLog read(Path file, LogFormat format) throws IOException {
    return read(List.of(file), format);
  }

  /**
   * {@return the events of several files that together are one log, in their order}
   *
   * @param files the files, at least one, all of the same layout
   * @param format how they are laid out
   * @throws LogFormatException if a file is missing, unreadable, empty, truncated, not UTF-8 text,
   *     lacks a column or has a line that does not fit
   * @throws IOException if reading fails otherwise
   * @throws IllegalArgumentException if there is no file
   */
  public static EventLog read(List<Path> files, LogFormat format) throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("log files: found none, expected at least one");
    }
    boolean sequences = format.layout() == LogFormat.Layout.SEQUENCE_PER_LINE;
    EventLog.Builder log =
        new EventLog.Builder(
            !sequences && format.columns().containsKey(Column.TIME),
            !sequences && format.columns().containsKey(Column.SESSION));
    for (Path file : files) {
      try (BufferedReader text =
          new BufferedReader(
              new InputStreamReader(CheckedTextStream.open(file), StandardCharsets.UTF_8))) {
        skipByteOrderMark(text);
        if (sequences) {
          new SequenceLines(file, text).readInto(log);
        } else {
          new EventLines(file, text, format).readInto(log);
        }
      }
    }
    return log.build();
  }

  private static void skipByteOrderMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
  }
}
