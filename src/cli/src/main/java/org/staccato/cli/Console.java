package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;

/**
 * Where a verb writes: results to standard output, progress and remarks to standard error.
 *
 * @param out takes the result: either text or exactly one JSON object
 * @param err takes everything else
 * @param columns the width of the terminal that {@code err} is, on which a progress bar may redraw
 *     its line; 0 if it is none
 */
record Console(PrintStream out, PrintStream err, int columns) {

  /** Writes a line of the result. */
  void line(String text) {
    out.println(text);
  }

  /** Writes a line that is not part of the result. */
  void remark(String text) {
    err.println(text);
    err.flush();
  }

  /** Writes the result as one JSON object on one line. */
  void json(Map<String, ?> result) throws IOException {
    out.println(JSON.std.asString(result));
  }
}
