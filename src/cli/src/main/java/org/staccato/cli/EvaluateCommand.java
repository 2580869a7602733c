package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.model.Link;
import org.staccato.model.Ranking;
import org.staccato.trainer.baseline.Baseline;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.evaluate.PairedComparison;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.evaluate.ServedValues;
import org.staccato.trainer.evaluate.Slice;
import org.staccato.trainer.evaluate.ValueModel;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a weight file on a log. */
@Command(
    name = "evaluate",
    sortOptions = false,
    description = {
      "Measures a weight file on a log, beside models that only count.",
      "The log is read, cleaned and split like the training log of the model, unless options say"
          + " otherwise."
    },
    footerHeading = "%nExample:%n",
    footer = "  staccato evaluate shop.safetensors clicks.csv")
final class EvaluateCommand extends Verb {
  @Parameters(index = "0", paramLabel = "MODEL", description = "The weight file.")
  private Path model = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "LOG",
      arity = "1..*",
      description = "The files of the log; - is standard input.")
  private List<LogSource> logs = List.of();

  @Option(
      names = "--compare",
      order = 11,
      paramLabel = "MODEL",
      description =
          "Another weight file, to test the difference on the same cases (default: none).")
  private @Nullable Path other;

  @Mixin private BaselineArguments baselineArguments = new BaselineArguments();
  @Mixin private EvaluationArguments evaluation = new EvaluationArguments();
  @Mixin private LogArguments logArguments = new LogArguments();
  @Mixin private PreparationArguments preparationArguments = new PreparationArguments();

  EvaluateCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    Evaluator evaluator = evaluation.evaluator(this);
    List<Baseline> baselines = baselineArguments.baselines(this);
    try (LiveModel live = LiveModel.open(model);
        LiveModel compared = other == null ? null : LiveModel.open(other)) {
      if (live.version().specification().findRanking().map(Ranking::link).orElse(Link.NONE)
          != Link.NONE) {
        evaluateValues(live, compared);
        return;
      }
      if (compared != null && compared.version().specification().findRanking().isEmpty()) {
        throw new BadInputException(
            other + ": found a model that predicts from features, expected one that ranks items");
      }
      Split split =
          LogSplit.asTrained(model, live, logs, logArguments, preparationArguments).read();
      split.report().lines().forEach(console::remark);
      ServedModel served = new ServedModel(TrainingRun.MODEL_NAME, live, split.items());
      List<NextItemModel> models = Measuring.beside(List.of(served), baselines, split.train());
      if (compared != null) {
        models.add(new ServedModel(String.valueOf(other), compared, split.items()));
      }
      ItemCounts counts = new ItemCounts(split.train());
      Evaluator all = evaluator.withTraining(counts);
      List<EvaluationResult> validation = Measuring.measure(models, split.validation(), all);
      List<EvaluationResult> test = Measuring.measure(models, split.test(), all);
      List<Slice> slices = Slices.of(test.getFirst(), split.test(), counts);
      List<PairedComparison> comparison =
          compared == null ? List.of() : Comparisons.of(test.getFirst(), test.getLast());
      long unknownTargets = unknownTargets(served, split.test());
      Metric metric = new Metric(Metric.Kind.NDCG, test.getFirst().metrics().getFirst().cutoff());
      List<String> warnings = Warnings.of(split, metric, test.subList(0, 1 + baselines.size()));
      Warnings.print(console, warnings, List.of());
      if (json) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", model.toString());
        object.put("digest", live.version().digest());
        object.put("data", Results.data(split.report()));
        object.put("unknownItems", served.unknownItems());
        object.put("unknownTestTargets", unknownTargets);
        object.put("validation", Results.objects(validation));
        object.put("test", Results.objects(test));
        object.put("slices", Slices.objects(test.getFirst(), slices));
        if (compared != null) {
          object.put("comparedWith", String.valueOf(other));
          object.put("comparison", Comparisons.objects(comparison));
        }
        object.put("warnings", warnings);
        console.json(object);
      } else {
        Results.print(console, "validation", validation);
        console.line("");
        Results.print(console, "test", test);
        console.line("");
        Slices.print(console, "test", test.getFirst(), slices);
        console.line("");
        if (compared != null) {
          Comparisons.print(console, "test", String.valueOf(other), comparison);
          console.line("");
        }
        console.line(
            "items of the log that the model does not know: "
                + Figures.count(served.unknownItems())
                + " of "
                + Figures.count(served.items())
                + ", targets of "
                + Figures.count(unknownTargets)
                + " test cases, counted as misses");
      }
    }
  }

  /** Measures a model that predicts ratings or clicks. */
  private void evaluateValues(LiveModel live, @Nullable LiveModel compared) throws IOException {
    ValueTask task = ValueTask.fromMap(Provenance.recipe(live.version().metadata()));
    Split split = LogSplit.asTrained(model, live, logs, logArguments, preparationArguments).read();
    split.report().lines().forEach(console::remark);
    task.require(split.train(), split.validation(), split.test());
    List<ValueModel> models = new ArrayList<>();
    models.add(new ServedValues(TrainingRun.MODEL_NAME, live, split.items()));
    if (compared != null) {
      Ranking ranking = compared.version().specification().linkedRanking();
      if (ranking.link() != task.link()) {
        throw new BadInputException(
            other
                + ": found a model that predicts something else, expected the link "
                + task.link());
      }
      models.add(new ServedValues(String.valueOf(other), compared, split.items()));
    }
    ValueMeasuring measured = ValueMeasuring.of(task, split, models);
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("model", model.toString());
      object.put("digest", live.version().digest());
      object.put("data", Results.data(split.report()));
      object.put("validation", ValueResults.objects(measured.validation()));
      object.put("test", ValueResults.objects(measured.test()));
      console.json(object);
    } else {
      measured.print(console);
    }
  }

  private static long unknownTargets(ServedModel served, EvaluationCases cases) {
    Sequences sequences = cases.sequences();
    long unknown = 0;
    for (int i = 0; i < sequences.count(); i++) {
      for (int position = cases.firstTarget(i); position < sequences.length(i); position++) {
        unknown += served.knows(sequences.item(i, position)) ? 0 : 1;
      }
    }
    return unknown;
  }
}
