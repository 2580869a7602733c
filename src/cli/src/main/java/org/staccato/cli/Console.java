package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;

/**
 * Takes the output of a verb: results go to standard output, progress and remarks to standard
 * error.
 *
 * @param out receives the result: text, or exactly one JSON object
 * @param err receives everything else
 * @param columns the width of the terminal behind {@code err}, where a progress bar may redraw its
 *     line; 0 if {@code err} is not a terminal
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
