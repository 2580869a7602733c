package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.cli.TrainingData.DescribedItems;
import org.staccato.cli.TrainingSummary.Written;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Residual;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.feature.VocabularyJson;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.FeatureLearning;
import org.staccato.trainer.learn.Loss;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.learn.Updates;
import org.staccato.trainer.sequence.HeldOutItems;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

/**
 * One training from a split log to an evaluated weight file, with its progress on the console.
 *
 * @param data the events, and what is known of the items
 * @param network the network
 * @param fitting how the network is fitted to them
 * @param measuring how the result is measured
 * @param output the weight file to write
 */
record TrainingRun(
    TrainingData data,
    ModelSpecification network,
    Fitting fitting,
    Measuring measuring,
    Path output) {

  /** The name of the trained model in tables. */
  static final String MODEL_NAME = "staccato";

  /** The end of the message after an interrupt before the end of the first epoch. */
  static final String NOTHING_WRITTEN = "before the end of the first epoch: no model was written";

  /**
   * Trains, writes the weight file, and measures it as it is served.
   *
   * @param memory the memory to give the model, or null for none
   * @throws InterruptedRunException if a signal ends the training; the best epoch so far is then
   *     written
   */
  TrainingSummary run(Console console, Interruption interruption, @Nullable MemoryPlan memory)
      throws IOException, InterruptedException {
    Outputs.requireSpace(output, estimatedBytes(network));
    Instant date = Provenance.now();
    Split split = data.split();
    List<String> warnings = Warnings.of(split);
    Warnings.print(console, warnings, List.of());
    long begin = System.nanoTime();
    FileTraining.Trained trained = new FileTraining(this, date, console, interruption).run(memory);
    HeldOutItems held = data.heldOut();
    if (held != null) {
      addHeldOut(held, console);
    }
    interruption.say("after training: " + output + " is complete");
    double seconds = (System.nanoTime() - begin) * 1e-9;
    try (LiveModel live = LiveModel.open(output)) {
      TrainingSummary summary =
          measure(
              trained,
              live,
              new Written(date, live.version(), Files.size(output), live.backend(), seconds),
              console);
      Warnings.print(console, summary.warnings(), warnings);
      return summary;
    }
  }

  /** Adds the items that were held out to the written file. */
  private void addHeldOut(HeldOutItems held, Console console) throws IOException {
    DescribedItems described = Objects.requireNonNull(data.described());
    List<String> keys = held.measured().items().texts();
    NewItemTable.add(output, output, described.table(), keys.subList(held.known(), keys.size()));
    console.remark("added the " + Figures.count(held.held()) + " items that were held out");
  }

  /** Measures the written file as it is served. */
  private TrainingSummary measure(
      FileTraining.Trained trained, LiveModel live, Written written, Console console)
      throws IOException {
    Split measured = data.measured();
    HeldOutItems held = data.heldOut();
    Sequences learnt = held == null ? trained.learnt() : measured.train();
    List<NextItemModel> models = models(live, learnt);
    console.remark("measuring the written file beside " + (models.size() - 1) + " baselines");
    Evaluator evaluator =
        FileTraining.evaluator(
            this,
            learnt,
            held == null && !trained.result().epochs().isEmpty() ? trained.weights() : null);
    return new TrainingSummary(
        this,
        trained.result(),
        written,
        trained.validation().isEmpty()
            ? Measuring.measure(models, measured.validation(), evaluator)
            : trained.validation(),
        Measuring.measure(models, measured.test(), evaluator),
        held == null ? null : ColdItems.measure(models, features(measured), held, evaluator),
        ExampleRecommendations.of(live, measured.test()));
  }

  /** {@return the features of all items, by the vocabulary of the training} */
  private ItemFeatures features(Split measured) throws IOException {
    DescribedItems described = Objects.requireNonNull(data.described());
    return ItemFeatures.of(
        described.table(),
        VocabularyJson.read(described.features().vocabulary()),
        measured.items());
  }

  /** {@return the served model, then the baselines, learnt from some sequences} */
  List<NextItemModel> models(LiveModel live, Sequences learnt) {
    NextItemModel served = new ServedModel(MODEL_NAME, live, data.measured().items());
    return Measuring.beside(List.of(served), measuring.baselines(), learnt);
  }

  /** {@return the training options} */
  TrainingOptions options() {
    return fitting.options();
  }

  /** {@return the metric that selects the best epoch} */
  Metric metric() {
    return fitting.metric();
  }

  /**
   * Estimates the size of the weight file in floats: the folded inputs, with the vectors that
   * residual connections add, the layers and the output.
   */
  static long estimatedBytes(ModelSpecification network) {
    long items = network.itemInput().items();
    long rows = 0;
    for (Layer layer : network.layers()) {
      if (layer instanceof RecurrentLayer lowest) {
        rows = (long) lowest.gates() * lowest.units();
        break;
      }
    }
    if (network.layers().stream().anyMatch(Residual.class::isInstance)) {
      rows += network.itemInput().width();
    }
    long floats = items * (rows + network.width());
    for (int layer = 0; layer < network.layers().size(); layer++) {
      for (Parameter parameter : network.parametersOfLayer(layer)) {
        floats += parameter.elements();
      }
    }
    return Float.BYTES * floats;
  }

  /** {@return the origin of a weight file} */
  Map<String, Object> provenance(TrainingResult result, Instant date) {
    Map<String, Object> provenance =
        provenance(date, data.source().names(), recipe(), network, options());
    FeatureLearning learning = data.learning();
    if (learning != null) {
      provenance.put("itemFeatures", learning.features().features());
      provenance.put("itemDropout", learning.itemDropout());
    }
    provenance.put("bestEpoch", result.bestEpoch());
    provenance.put("epochs", result.epochs().size());
    provenance.put("metric", metric().toString());
    if (!result.epochs().isEmpty()) {
      EpochReport best = result.epochs().get(result.bestEpoch() - 1);
      provenance.put("validationScore", best.validationScore());
    }
    Path resumed = fitting.resume();
    if (resumed != null) {
      provenance.put("resumedFrom", resumed.toString());
    }
    if (fitting.refit()) {
      provenance.put("refit", true);
    }
    return provenance;
  }

  /** Returns the part of a provenance that does not depend on the result. */
  static Map<String, Object> provenance(
      Instant date,
      List<String> logs,
      Map<String, String> recipe,
      ModelSpecification network,
      TrainingOptions options) {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("date", date.toString());
    provenance.put("version", Version.number());
    provenance.put("logs", logs);
    provenance.put("recipe", recipe);
    provenance.put("network", Provenance.parse(network.toJson()));
    provenance.put("training", training(options));
    return provenance;
  }

  /**
   * {@return the training options; the loss and the optimizer only where they are not the usual
   * ones}
   */
  static Map<String, Object> training(TrainingOptions options) {
    Map<String, Object> training = Components.of(options);
    if (training.get("optimization") instanceof Map<?, ?> optimization) {
      if (options.optimization().loss().equals(Loss.FULL)) {
        optimization.remove("loss");
      }
      if (options.optimization().updates().equals(Updates.USUAL)) {
        optimization.remove("updates");
      }
    }
    return training;
  }

  /** {@return the layout, cleaning and split of the log, as flat text} */
  Map<String, String> recipe() {
    return data.source().recipe();
  }
}
