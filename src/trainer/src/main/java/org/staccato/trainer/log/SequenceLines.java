package org.staccato.trainer.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.StringTokenizer;

/** Reads lines that hold a user and all of the user's items, oldest first. */
final class SequenceLines {
  private static final String EXPECTED = "a user and at least one item, separated by white space";

  private final Path file;
  private final BufferedReader text;

  SequenceLines(Path file, BufferedReader text) {
    this.file = file;
    this.text = text;
  }

  void readInto(EventLog.Builder log) throws IOException {
    long number = 0;
    boolean any = false;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      number++;
      StringTokenizer fields = new StringTokenizer(line);
      if (!fields.hasMoreTokens()) {
        continue;
      }
      any = true;
      String user = fields.nextToken();
      if (!fields.hasMoreTokens()) {
        throw new LogFormatException(
            file, number, null, LogFormatException.quote(user) + " alone", EXPECTED);
      }
      while (fields.hasMoreTokens()) {
        log.add(user, null, fields.nextToken(), 0);
      }
    }
    if (!any) {
      throw new LogFormatException(
          file, LogFormatException.NO_LINE, null, "an empty file", EXPECTED);
    }
  }
}
