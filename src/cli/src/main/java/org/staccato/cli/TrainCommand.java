package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.MemoryTraining;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Split;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a model on a log. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Trains a model on a behaviour log and writes one weight file.",
      "The written file is then measured as it is served, beside popularity, Markov and sequential"
          + " rules on the same split.",
      "Defaults for short sequences apply to sequences of fewer than 20 events on average."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  staccato train clicks.csv --columns user=visitor,item=sku,time=at --output shop.safetensors",
      "  staccato train ratings.dat --format movielens --output films.safetensors --report films.html"
    })
final class TrainCommand extends Verb {
  private final Interruption interruption;

  @Parameters(
      paramLabel = "LOG",
      arity = "1..*",
      description = "The files of the log; - is standard input.")
  private List<LogSource> logs = List.of();

  @Option(
      names = {"-o", "--output"},
      order = 10,
      paramLabel = "FILE",
      description = "The weight file to write (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("model.safetensors");

  @Option(
      names = "--report",
      order = 11,
      paramLabel = "FILE",
      description = "Write a report as one HTML file (default: none).")
  private @Nullable Path report;

  @Option(
      names = "--at",
      order = 12,
      split = ",",
      paramLabel = "K",
      description = "Lengths of recommendation lists to measure (default: 10,20).")
  private List<Integer> cutoffs = List.of(10, 20);

  @Mixin private BaselineArguments baselineArguments = new BaselineArguments();
  @Mixin private LogArguments logArguments = new LogArguments();
  @Mixin private PreparationArguments preparationArguments = new PreparationArguments();
  @Mixin private LearningArguments learning = new LearningArguments();
  @Mixin private MemoryArguments memoryArguments = new MemoryArguments();

  TrainCommand(Console console, Interruption interruption) {
    super(console);
    this.interruption = interruption;
  }

  @Override
  void run() throws IOException, InterruptedException {
    interruption.say(TrainingRun.NOTHING_WRITTEN);
    learning.check();
    MemoryPlan memory = memoryArguments.plan();
    LogFormat format = logArguments.over(LogFormat.preset("delimited"));
    PreparationOptions preparation =
        preparationArguments.over(PreparationArguments.usualFor(format.name()));
    Measuring measuring =
        new Measuring(
            Arrays.stream(cutoffs(cutoffs)).boxed().toList(), baselineArguments.baselines(this));
    Outputs.requireWritable(output);
    Outputs.requireWritable(report);
    LogSplit source =
        new LogSplit(
            logs,
            format,
            preparation,
            preparationArguments.validation(),
            preparationArguments.test());
    Split split = source.read();
    split.report().lines().forEach(console::remark);
    TrainingSummary summary =
        new TrainingRun(
                source,
                split,
                memory != null && memory.alone()
                    ? MemoryTraining.networkOfPopularity(split)
                    : learning.network(split),
                learning.options(split.train()),
                learning.metric(),
                measuring,
                output)
            .run(console, interruption, memory);
    if (report != null) {
      new TrainingReport(summary, commandLine()).report().write(report);
      console.remark("report: " + report);
    }
    if (json) {
      Map<String, Object> object = summary.object();
      if (report != null) {
        object.put("report", report.toString());
      }
      console.json(object);
    } else {
      summary.print(console);
    }
  }
}
