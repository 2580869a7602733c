package org.staccato.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
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
import org.staccato.trainer.learn.TrainingOptions.Order;
import org.staccato.trainer.learn.TrainingOptions.Schedule;
import org.staccato.trainer.sequence.PreparationOptions.SequenceBy;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Runs the {@code staccato} command line. */
public final class Main {
  /** Set by the launcher to the width of the terminal if standard error is one. */
  private static final String COLUMNS_PROPERTY = "staccato.terminal.columns";

  /** The log of the core; held, since what nobody holds is forgotten with its level. */
  private static final Logger LOG = Logger.getLogger("org.staccato");

  private Main() {}

  /**
   * Runs a command line and exits with its exit code.
   *
   * @param arguments the verb and what belongs to it
   */
  public static void main(String[] arguments) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    LOG.setLevel(Level.WARNING);
    System.exit(run(arguments, out, err));
  }

  /**
   * Runs a command line within this JVM.
   *
   * @param arguments the verb and what belongs to it
   * @param out takes the result
   * @param err takes progress and complaints
   * @return the exit code: 0 done, 2 wrong usage, 3 bad input, 1 anything else
   */
  public static int run(String[] arguments, PrintStream out, PrintStream err) {
    Console console = new Console(out, err, Integer.getInteger(COLUMNS_PROPERTY, 0));
    CommandLine commands =
        new CommandLine(new StaccatoCommand())
            .addSubcommand(new DemoCommand(console))
            .addSubcommand(new TrainCommand(console))
            .addSubcommand(new EvaluateCommand(console))
            .addSubcommand(new RecommendCommand(console))
            .addSubcommand(new InspectCommand(console))
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(new QuantizeCommand(console))
            .addSubcommand(new LatencyCommand(console))
            .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
            .setExpandAtFiles(false)
            .setParameterExceptionHandler((mistake, given) -> wrongUsage(mistake, console))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> failed(failure, parsed, console));
    registerWords(commands, SequenceBy.class);
    registerWords(commands, Order.class);
    registerWords(commands, Schedule.class);
    registerWords(commands, SplitChoice.class);
    registerWords(commands, QuantizeCommand.MatrixType.class);
    registerWords(commands, ScenarioArguments.Scenario.class);
    registerWords(commands, Arrivals.class);
    registerWords(commands, LoadMode.class);
    try {
      return commands.execute(arguments);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Lets the constants of an enum be written as words with hyphens. */
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

  private static int wrongUsage(ParameterException mistake, Console console) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    console.remark(name + ": " + Failure.oneSentence(mistake.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(mistake, command.getErr());
    console.remark("Try '" + name + " --help'.");
    return ExitCode.USAGE.code();
  }

  private static int failed(Throwable thrown, ParseResult parsed, Console console) {
    Failure failure = Failure.of(thrown);
    console.remark("staccato: " + failure.sentence());
    if (Verb.stackTraceWanted(parsed)) {
      thrown.printStackTrace(console.err());
    }
    return failure.exitCode().code();
  }
}
