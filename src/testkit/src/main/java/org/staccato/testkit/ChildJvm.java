package org.staccato.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM that runs a main class of the tests, and may die of it. */
public final class ChildJvm {
  private ChildJvm() {}

  /** Starts a main class. */
  public static Process start(List<String> flags, Class<?> main, Object... arguments)
      throws IOException {
    return start(List.of(), flags, main, arguments);
  }

  /** Starts it with an address space of 8 GiB. */
  public static Process startLimited(List<String> flags, Class<?> main, Object... arguments)
      throws IOException {
    List<String> shell = List.of("/bin/bash", "-c", "ulimit -v 8388608; exec \"$@\"", "limited");
    return start(shell, flags, main, arguments);
  }

  /** Names the JVM and its arguments; the caller redirects the output, and starts the process. */
  public static ProcessBuilder command(List<String> flags, Class<?> main, Object... arguments) {
    return command(List.of(), flags, main, arguments);
  }

  private static Process start(
      List<String> shell, List<String> flags, Class<?> main, Object... arguments)
      throws IOException {
    return command(shell, flags, main, arguments).redirectErrorStream(true).start();
  }

  private static ProcessBuilder command(
      List<String> shell, List<String> flags, Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>(shell);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    // What dies on purpose leaves no reports behind.
    command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
    command.add("-XX:ReplayDataFile=/dev/null");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command);
  }

  /** Waits for its end, and returns what it said. */
  public static String output(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
