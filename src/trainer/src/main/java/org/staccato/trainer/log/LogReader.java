package org.staccato.trainer.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads logs, plain or gzip; recognises gzip by the content, not by the name. */
public final class LogReader {
  private LogReader() {}

  /**
   * {@return the events of a log, in its order}
   *
   * @param file the log
   * @param format the layout
   * @throws LogFormatException if the file is missing, unreadable, empty, truncated, not UTF-8
   *     text, lacks a column or has more broken lines than the format allows
   * @throws IOException if reading fails for another reason
   */
  public static EventLog read(Path file, LogFormat format) throws IOException {
    return read(List.of(LogSource.of(file)), format);
  }

  /**
   * {@return the events of several sources that together make one log, in their order}
   *
   * @param sources the sources, at least one, all of the same layout
   * @param format the layout
   * @throws LogFormatException if a source is missing, unreadable, empty, truncated, not UTF-8
   *     text, lacks a column or has more broken lines than the format allows
   * @throws IOException if reading fails for another reason
   * @throws IllegalArgumentException if there is no source
   */
  public static EventLog read(List<LogSource> sources, LogFormat format) throws IOException {
    return read(sources, format, KeptColumns.NONE);
  }

  /**
   * {@return the events of several sources that together make one log, in their order, with more of
   * their columns}
   *
   * @param sources the sources, at least one, all of the same layout
   * @param format the layout
   * @param kept the columns that the log keeps
   * @throws LogFormatException if a source is missing, unreadable, empty, truncated, not UTF-8
   *     text, lacks a column or has more broken lines than the format allows
   * @throws IOException if reading fails for another reason
   * @throws IllegalArgumentException if there is no source
   */
  public static EventLog read(List<LogSource> sources, LogFormat format, KeptColumns kept)
      throws IOException {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("log sources: found none, expected at least one");
    }
    boolean sequences = format.layout() == LogFormat.Layout.SEQUENCE_PER_LINE;
    EventLog.Builder log =
        new EventLog.Builder(
            !sequences && format.columns().containsKey(Column.TIME),
            !sequences && format.columns().containsKey(Column.SESSION),
            kept);
    if (sequences && !kept.columns().isEmpty()) {
      throw LogFormatException.ofSource(
          sources.getFirst().name(),
          "lines of a user and items",
          "one event per line, with its " + kept.words());
    }
    for (LogSource source : sources) {
      try (BufferedReader text = open(source)) {
        if (sequences) {
          new SequenceLines(source.name(), text, log).read(format);
        } else if (format.delimiter().isEmpty() && JsonLines.begin(source.name(), text)) {
          new JsonLines(source.name(), text, new EventRows(source.name(), format, log)).read();
        } else {
          new DelimitedLines(source.name(), text, new EventRows(source.name(), format, log)).read();
        }
      }
    }
    log.requireFewBroken(
        String.join(", ", sources.stream().map(LogSource::name).toList()),
        format.limits().mostBroken());
    return log.build();
  }

  /** Opens a text, plain or gzip, behind its byte order mark. */
  static BufferedReader open(LogSource source) throws IOException {
    BufferedReader text =
        new BufferedReader(
            new InputStreamReader(CheckedTextStream.open(source), StandardCharsets.UTF_8));
    skipByteOrderMark(text);
    return text;
  }

  private static void skipByteOrderMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
  }
}
