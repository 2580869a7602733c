package org.staccato.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.staccato.cli.PreparationArguments.SplitChoice;
import org.staccato.live.LoadMode;
import org.staccato.load.openloop.Arrivals;
import org.staccato.trainer.learn.Loss;
import org.staccato.trainer.learn.NextItemNetwork.Cell;
import org.staccato.trainer.learn.Optimization.Schedule;
import org.staccato.trainer.learn.TrainingOptions.Order;
import org.staccato.trainer.learn.Updates;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.PreparationOptions.SequenceBy;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Runs the {@code staccato} command line. */
public final class Main {
  /** Set by the launcher to the width of the terminal if standard error is one. */
  private static final String COLUMNS_PROPERTY = "staccato.terminal.columns";

  /**
   * The logger of the core, held here because an unreferenced logger is collected together with its
   * level.
   */
  private static final Logger LOG = Logger.getLogger("org.staccato");

  private Main() {}

  /**
   * Runs a command line and exits with its exit code.
   *
   * @param arguments the verb and its arguments
   */
  public static void main(String[] arguments) {
    LOG.setLevel(Level.WARNING);
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    System.exit(run(arguments, out, err));
  }

  /**
   * Runs a command line within this JVM.
   *
   * @param arguments the verb and its arguments
   * @param out receives the result
   * @param err receives progress and messages of failures
   * @return the exit code: 0 done, 2 wrong usage, 3 bad input, 130 interrupted, 1 anything else
   */
  public static int run(String[] arguments, OutputStream out, OutputStream err) {
    CheckedOutput result = new CheckedOutput(out);
    Console console =
        new Console(
            new PrintStream(result, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Integer.getInteger(COLUMNS_PROPERTY, 0));
    int exitCode;
    try (Interruption interruption = new Interruption(console)) {
      exitCode = commands(console, interruption).execute(arguments);
    }
    console.out().flush();
    IOException lost = result.failure();
    if (lost != null) {
      console.remark("staccato: standard output: cannot be written: " + lost.getMessage());
      return exitCode == ExitCode.DONE.code() ? ExitCode.FAILED.code() : exitCode;
    }
    return exitCode;
  }

  /** {@return the command line with all its verbs} */
  static CommandLine commands(Console console, Interruption interruption) {
    CommandLine commands =
        new CommandLine(new StaccatoCommand())
            .addSubcommand(new DemoCommand(console, interruption))
            .addSubcommand(new TrainCommand(console, interruption))
            .addSubcommand(new AddSessionsCommand(console))
            .addSubcommand(new EvaluateCommand(console))
            .addSubcommand(new RecommendCommand(console))
            .addSubcommand(new PredictCommand(console))
            .addSubcommand(new AddItemsCommand(console))
            .addSubcommand(new InspectCommand(console))
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(new UpgradeCommand(console))
            .addSubcommand(new QuantizeCommand(console))
            .addSubcommand(new LatencyCommand(console))
            .addSubcommand(new VersionCommand(console))
            .addSubcommand(new HelpCommand())
            .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
            .setExpandAtFiles(false)
            .setResourceBundle(new UsualTraining())
            .setParameterExceptionHandler(
                (mistake, given) -> wrongUsage(mistake, List.of(given), console))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> failed(failure, parsed, console));
    commands.registerConverter(LogSource.class, LogArguments::source);
    registerWords(commands, SequenceBy.class);
    registerWords(commands, Order.class);
    registerWords(commands, Schedule.class);
    registerWords(commands, Loss.Kind.class);
    registerWords(commands, Updates.Algorithm.class);
    registerWords(commands, Cell.class);
    registerWords(commands, ObjectiveArguments.Objective.class);
    registerWords(commands, ObjectiveArguments.RatingLoss.class);
    registerWords(commands, SplitChoice.class);
    registerWords(commands, QuantizeCommand.MatrixType.class);
    registerWords(commands, ScenarioArguments.Scenario.class);
    registerWords(commands, Arrivals.class);
    registerWords(commands, LoadMode.class);
    return commands;
  }

  /** Accepts the constants of an enum as words with hyphens. */
  private static <E extends Enum<E>> void registerWords(CommandLine commands, Class<E> type) {
    commands.registerConverter(
        type,
        text -> {
          List<String> words = new ArrayList<>();
          for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (word.equals(text.toLowerCase(Locale.ROOT))) {
              return constant;
            }
            words.add(word);
          }
          throw new TypeConversionException(
              "found '" + text + "', expected one of " + String.join(", ", words));
        });
  }

  private static int wrongUsage(ParameterException mistake, List<String> given, Console console)
      throws IOException {
    String name = mistake.getCommandLine().getCommandSpec().qualifiedName();
    Failure failure = new Failure(ExitCode.USAGE, UsageMistake.sentence(mistake));
    console.remark(name + ": " + failure.sentence());
    console.remark("Try '" + name + " --help'.");
    return failure.tell(console, given.contains("--json"));
  }

  private static int failed(Throwable thrown, ParseResult parsed, Console console)
      throws IOException {
    Failure failure = Failure.of(thrown);
    console.remark("staccato: " + failure.sentence());
    if (Verb.stackTraceWanted(parsed)) {
      thrown.printStackTrace(console.err());
    }
    return failure.tell(console, Verb.jsonWanted(parsed));
  }
}
