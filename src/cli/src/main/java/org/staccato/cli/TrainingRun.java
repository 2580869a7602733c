package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.LiveModel;
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
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.Loss;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.learn.Updates;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

/**
 * One training from a split log to an evaluated weight file, with its progress on the console.
 *
 * @param source the source of the events
 * @param split the events
 * @param network the network
 * @param fitting how the network is fitted to them
 * @param measuring how the result is measured
 * @param output the weight file to write
 */
record TrainingRun(
    LogSplit source,
    Split split,
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
   * @throws InterruptedRunException if a signal ends the training; the best epoch so far is then
   *     written
   */
  TrainingSummary run(Console console, Interruption interruption)
      throws IOException, InterruptedException {
    Outputs.requireSpace(output, estimatedBytes());
    Instant date = Provenance.now();
    List<String> warnings = Warnings.of(split);
    Warnings.print(console, warnings, List.of());
    long begin = System.nanoTime();
    FileTraining.Trained trained = new FileTraining(this, date, console, interruption).run();
    interruption.say("after training: " + output + " is complete");
    double seconds = (System.nanoTime() - begin) * 1e-9;
    try (LiveModel live = LiveModel.open(output)) {
      List<NextItemModel> models = models(live, trained.learnt());
      console.remark("measuring the written file beside " + (models.size() - 1) + " baselines");
      Evaluator evaluator = FileTraining.evaluator(this, trained.learnt(), trained.weights());
      TrainingSummary summary =
          new TrainingSummary(
              this,
              trained.result(),
              new Written(
                  date, live.version().digest(), Files.size(output), live.backend(), seconds),
              trained.validation().isEmpty()
                  ? Measuring.measure(models, split.validation(), evaluator)
                  : trained.validation(),
              Measuring.measure(models, split.test(), evaluator),
              ExampleRecommendations.of(live, split.test()));
      Warnings.print(console, summary.warnings(), warnings);
      return summary;
    }
  }

  /** {@return the served model, then the baselines, learnt from some sequences} */
  List<NextItemModel> models(LiveModel live, Sequences learnt) {
    NextItemModel served = new ServedModel(MODEL_NAME, live, split.items());
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
  private long estimatedBytes() {
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
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("date", date.toString());
    provenance.put("version", Version.number());
    provenance.put("logs", source.names());
    provenance.put("recipe", recipe());
    provenance.put("network", Provenance.parse(network.toJson()));
    provenance.put("training", training());
    EpochReport best = result.epochs().get(result.bestEpoch() - 1);
    provenance.put("bestEpoch", best.epoch());
    provenance.put("epochs", result.epochs().size());
    provenance.put("metric", metric().toString());
    provenance.put("validationScore", best.validationScore());
    Path resumed = fitting.resume();
    if (resumed != null) {
      provenance.put("resumedFrom", resumed.toString());
    }
    if (fitting.refit()) {
      provenance.put("refit", true);
    }
    return provenance;
  }

  /**
   * {@return the training options; the loss and the optimizer only where they are not the usual
   * ones}
   */
  Map<String, Object> training() {
    Map<String, Object> training = Components.of(options());
    if (training.get("optimization") instanceof Map<?, ?> optimization) {
      if (options().optimization().loss().equals(Loss.FULL)) {
        optimization.remove("loss");
      }
      if (options().optimization().updates().equals(Updates.USUAL)) {
        optimization.remove("updates");
      }
    }
    return training;
  }

  /** {@return the layout, cleaning and split of the log, as flat text} */
  Map<String, String> recipe() {
    Map<String, String> recipe = new LinkedHashMap<>(source.format().toMap());
    recipe.putAll(source.preparation().toMap());
    return recipe;
  }
}
