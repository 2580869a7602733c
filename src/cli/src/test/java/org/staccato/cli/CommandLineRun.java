package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** One command line run in this JVM, and its outcome. */
record CommandLineRun(String commandLine, int exitCode, String out, String err) {

  /** Runs a command line; every argument is a word of its own. */
  static CommandLineRun of(Object... arguments) {
    String[] words = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = Main.run(words, out, err);
    return new CommandLineRun(
        String.join(" ", words),
        exitCode,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }

  /** Requires that the verb succeeded. */
  CommandLineRun done() {
    assertEquals(0, exitCode, this::toString);
    return this;
  }

  /**
   * Requires a given exit code, nothing on standard output, and one sentence on standard error that
   * contains the given words, without a stack trace.
   */
  CommandLineRun failed(ExitCode expected, String... words) {
    assertEquals(expected.code(), exitCode, this::toString);
    assertEquals("", out, this::toString);
    assertTrue(!err.contains("\tat "), this::toString);
    for (String word : words) {
      assertTrue(err.contains(word), () -> "no '" + word + "' in " + this);
    }
    return this;
  }

  /** Parses standard output, which must be exactly one JSON object on one line. */
  Map<String, Object> json() throws IOException {
    done();
    assertEquals(1, out.lines().count(), this::toString);
    return JSON.std.mapFrom(out);
  }
}
