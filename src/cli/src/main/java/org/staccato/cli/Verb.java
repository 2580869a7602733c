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

/** What all verbs have in common. */
abstract class Verb implements Callable<Integer> {
  /** A word that a shell takes as it is. */
  private static final Pattern PLAIN = Pattern.compile("[\\w./,:=@%+-]+");

  /** Where the verb writes. */
  final Console console;

  @Spec private @Nullable CommandSpec spec;

  /** Whether the result is one JSON object. */
  @Option(
      names = "--json",
      order = 900,
      description =
          "Print the result, or why there is none, as one JSON object on standard output.")
  boolean json;

  @Option(
      names = "--stacktrace",
      order = 901,
      description = "After a failure, show where it happened.")
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

  /** Does what the verb is for. */
  abstract void run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    run();
    return ExitCode.DONE.code();
  }

  /** {@return a complaint about the command line, to be thrown} */
  final ParameterException wrongUsage(String sentence) {
    if (spec == null) {
      throw new IllegalStateException("the verb was not called from a command line");
    }
    return new ParameterException(spec.commandLine(), sentence);
  }

  /** {@return the command line that was given, as a shell would take it again} */
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

  /** {@return a word as a shell takes it, quoted where it has to be} */
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
