package org.staccato.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options and the output that all verbs share. */
abstract class Verb implements Callable<Integer> {
  /** A word that needs no quotes in a shell. */
  private static final Pattern PLAIN = Pattern.compile("[\\w./,:=@%+-]+");

  /** The output of the verb. */
  final Console console;

  @Spec private @Nullable CommandSpec spec;

  /** Whether the result is one JSON object. */
  @Option(
      names = "--json",
      order = 900,
      description = "Print the result, or the failure, as one JSON object on standard output.")
  boolean json;

  @Option(
      names = "--stacktrace",
      order = 901,
      description = "After a failure, print its stack trace.")
  private boolean stackTrace;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 902,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  Verb(Console console) {
    this.console = console;
  }

  /** Runs the verb. */
  abstract void run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    run();
    return ExitCode.DONE.code();
  }

  /** {@return an exception that reports a mistake in the command line} */
  final ParameterException wrongUsage(String sentence) {
    if (spec == null) {
      throw new IllegalStateException("the verb was not called from a command line");
    }
    return new ParameterException(spec.commandLine(), sentence);
  }

  /** {@return the given command line, quoted so that a shell can run it again} */
  final String commandLine() {
    if (spec == null) {
      throw new IllegalStateException("the verb was not called from a command line");
    }
    StringBuilder line = new StringBuilder("./staccato");
    for (String word : spec.root().commandLine().getParseResult().originalArgs()) {
      line.append(' ').append(shellWord(word));
    }
    return line.toString();
  }

  /** {@return a word for a shell, quoted where necessary} */
  static String shellWord(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** {@return lengths of recommendation lists, checked and in ascending order} */
  final int[] cutoffs(List<Integer> given) {
    int[] lengths = given.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
    if (lengths.length == 0 || lengths[0] < 1) {
      throw wrongUsage("--at: found " + given + ", expected numbers of at least 1");
    }
    return lengths;
  }

  /** {@return whether the user asked for stack traces} */
  static boolean stackTraceWanted(ParseResult parsed) {
    return Boolean.getBoolean("staccato.debug")
        || (userObject(parsed) instanceof Verb verb && verb.stackTrace);
  }

  /** {@return whether the user asked for JSON} */
  static boolean jsonWanted(ParseResult parsed) {
    return userObject(parsed) instanceof Verb verb && verb.json;
  }

  private static Object userObject(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last.commandSpec().userObject();
  }
}
