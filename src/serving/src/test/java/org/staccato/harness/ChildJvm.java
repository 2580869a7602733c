package org.staccato.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM that runs a main class of the tests, and may be killed. */
public final class ChildJvm {
  private ChildJvm() {}

  /** Names the JVM and its arguments; the caller redirects the output, and starts the process. */
  public static ProcessBuilder of(List<String> flags, Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    // A JVM that dies on purpose leaves no reports behind.
    command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
    command.add("-XX:ReplayDataFile=/dev/null");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command);
  }
}
