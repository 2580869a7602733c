package org.staccato.trainer.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.StringTokenizer;

/** Reads lines that hold a user and all of the user's items, oldest first. */
final class SequenceLines {
  private static final String EXPECTED = "a user and at least one item, separated by white space";

  private final String source;
  private final BufferedReader text;
  private final EventLog.Builder log;

  SequenceLines(String source, BufferedReader text, EventLog.Builder log) {
    this.source = source;
    this.text = text;
    this.log = log;
  }

  void read(LogFormat format) throws IOException {
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
        log.broken(
            LogFormatException.ofRow(
                source, number, null, LogFormatException.quote(user) + " alone", EXPECTED),
            format.limits().mostBroken());
      }
      while (fields.hasMoreTokens()) {
        log.add(user, null, fields.nextToken(), 0);
      }
    }
    if (!any) {
      throw LogFormatException.ofSource(source, "an empty file", EXPECTED);
    }
  }
}
