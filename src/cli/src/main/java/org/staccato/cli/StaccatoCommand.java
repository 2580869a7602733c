package org.staccato.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command without a verb. */
@Command(
    name = "staccato",
    versionProvider = Version.class,
    description =
        "Trains LSTM recommenders on behaviour logs and serves them in microseconds inside a JVM.",
    synopsisHeading = "Usage: ",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    descriptionHeading = "%n",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  done",
      "  2  wrong usage",
      "  3  bad input, with its file, line and column; or an output that cannot be written",
      "  1  anything else",
      "  130 or 143  interrupted by Ctrl-C or SIGTERM",
      "",
      "Start with 'staccato demo'. 'staccato VERB --help' explains a verb and has an example."
    })
final class StaccatoCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean version;

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return ExitCode.USAGE.code();
  }
}
