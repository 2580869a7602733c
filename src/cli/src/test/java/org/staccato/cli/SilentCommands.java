package org.staccato.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.PrintStream;
import picocli.CommandLine;

/** The command line, to be parsed or asked about its options, but not to be run. */
final class SilentCommands {
  private SilentCommands() {}

  /** {@return the command line with all its verbs, which writes nowhere} */
  static CommandLine all() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    Console console = new Console(nowhere, nowhere, 0);
    try (Interruption interruption = new Interruption(console)) {
      return Main.commands(console, interruption);
    }
  }
}
