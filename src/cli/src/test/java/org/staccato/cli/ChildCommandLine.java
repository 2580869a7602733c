package org.staccato.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line in a JVM of its own, for tests of signals, of the environment, and of files as
 * standard streams. The process inherits the environment of the tests, which a test may change.
 */
final class ChildCommandLine {
  private ChildCommandLine() {}

  /** Prepares a process that runs a command line; every argument is a word of its own. */
  static ProcessBuilder prepare(Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command);
  }

  /** Runs a prepared process to its end, and reads standard output before standard error. */
  static CommandLineRun run(ProcessBuilder prepared) throws IOException, InterruptedException {
    return finish(prepared.start());
  }

  /** Waits for the end of a process. */
  static CommandLineRun finish(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    String name = process.info().commandLine().orElse("staccato");
    return new CommandLineRun(name, process.waitFor(), out, err);
  }
}
