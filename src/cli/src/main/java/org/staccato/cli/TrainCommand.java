package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.MemoryTraining;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.learn.ValueObjective;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Split;
import org.staccato.trainer.sequence.UnusableLogException;
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
      "  staccato train ratings.dat --format movielens --output films.safetensors --report films.html",
      "  staccato train ratings.dat --format movielens --objective rating --split last-share"
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
  @Mixin private ObjectiveArguments objective = new ObjectiveArguments();
  @Mixin private ItemArguments itemArguments = new ItemArguments();
  @Mixin private MemoryArguments memoryArguments = new MemoryArguments();

  TrainCommand(Console console, Interruption interruption) {
    super(console);
    this.interruption = interruption;
  }

  @Override
  void run() throws IOException, InterruptedException {
    interruption.say(TrainingRun.NOTHING_WRITTEN);
    learning.check();
    objective.check();
    itemArguments.check();
    ValueTask task = objective.task();
    MemoryPlan memory = memoryArguments.plan();
    requireCompatible(task, memory);
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
            objective.kept(),
            preparation,
            preparationArguments.validation(),
            preparationArguments.test());
    Split whole = source.read();
    whole.report().lines().forEach(console::remark);
    if (task != null) {
      ValueObjective values = objective.values(task, whole);
      new ValueTrainingRun(
              source,
              whole,
              learning.network(whole, objective.attributes(whole.train()), task.link()),
              learning.fitting(whole.train()).options(),
              values,
              output)
          .run(console, interruption, json);
      return;
    }
    Fitting fitting = learning.fitting(whole.train());
    TrainingData data = itemArguments.over(source, whole, fitting.options().seed(), console);
    TrainingSummary summary =
        new TrainingRun(
                data,
                memory != null && memory.alone()
                    ? MemoryTraining.networkOfPopularity(whole)
                    : network(data),
                fitting,
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

  /** Rejects options that do not go together, before a log is read. */
  private void requireCompatible(@Nullable ValueTask task, @Nullable MemoryPlan memory) {
    if (task != null) {
      learning.checkForValues();
      requireNext("--report", report != null);
      requireNext("--items", itemArguments.given());
      requireNext("--memory", memory != null);
    }
    if (objective.hasAttributes()) {
      learning.checkForAttributes();
    }
    if (itemArguments.given()) {
      if (memory != null) {
        throw wrongUsage("--memory and --items do not go together");
      }
      learning.checkForItems(itemArguments.holdsOut());
    }
    if (memory != null) {
      learning.checkForMemory();
    }
  }

  private void requireNext(String option, boolean given) {
    if (given) {
      throw wrongUsage(option + " belongs to --objective next");
    }
  }

  private ModelSpecification network(TrainingData data) throws UnusableLogException {
    ModelSpecification network =
        learning.network(data.split(), objective.attributes(data.split().train()), Link.NONE);
    if (data.described() != null && !network.ranking().tied()) {
      throw wrongUsage(
          "--items: found an output layer with weights of its own, expected one tied to the"
              + " embeddings: leave out --untied, and make the last layer as wide as an embedding");
    }
    return network;
  }
}
