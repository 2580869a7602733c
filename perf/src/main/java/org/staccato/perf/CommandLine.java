package org.staccato.perf;

import java.util.List;

/** Writes the command that repeats a measurement, for a page of results. */
final class CommandLine {
  private static final String CLASS_PATH = "'perf/target/classes:perf/target/lib/*'";

  private CommandLine() {}

  /**
   * Writes a command.
   *
   * @param options the options of the JVM
   * @param program the class of the program
   * @param arguments its arguments
   */
  static String of(List<String> options, Class<?> program, List<?> arguments) {
    StringBuilder command = new StringBuilder("java");
    options.forEach(option -> command.append(' ').append(option));
    command.append(" -cp ").append(CLASS_PATH).append(' ').append(program.getName());
    arguments.forEach(argument -> command.append(' ').append(argument));
    return command.toString();
  }
}
