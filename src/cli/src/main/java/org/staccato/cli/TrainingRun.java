package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.cli.TrainingSummary.Written;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Residual;
import org.staccato.trainer.MemoryTraining;
import org.staccato.trainer.TrainingPipeline;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.ItemVectors;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Split;

/**
 * One training from a split log to an evaluated weight file, with its progress on the console.
 *
 * @param source the source of the events
 * @param split the events
 * @param network the network
 * @param options the training options
 * @param metric the metric that selects the best epoch
 * @param measuring how the result is measured
 * @param output the weight file to write
 */
record TrainingRun(
    LogSplit source,
    Split split,
    ModelSpecification network,
    TrainingOptions options,
    Metric metric,
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
    Outputs.requireSpace(output, estimatedBytes());
    Instant date = Provenance.now();
    List<String> warnings = Warnings.of(split);
    Warnings.print(console, warnings, List.of());
    long begin = System.nanoTime();
    TrainingPipeline training = new TrainingPipeline(split, network, options, metric);
    TrainingResult result =
        memory != null && memory.alone()
            ? MemoryTraining.countPopularity(split)
            : train(training, console, interruption);
    try {
      training.write(output, result.weights(), JSON.std.asString(provenance(result, date)));
      if (memory != null) {
        memory.addTo(output, split, metric, options.threads(), console);
      }
    } catch (IOException failure) {
      throw new CannotWriteException(Failure.of(failure).sentence());
    }
    if (interruption.happened()) {
      throw new InterruptedRunException(
          "interrupted after epoch "
              + result.epochs().size()
              + ": wrote epoch "
              + result.bestEpoch()
              + ", the best so far, to "
              + output
              + ", which is not measured");
    }
    interruption.say("after training: " + output + " is complete");
    double seconds = (System.nanoTime() - begin) * 1e-9;
    try (LiveModel live = LiveModel.open(output)) {
      NextItemModel served = new ServedModel(MODEL_NAME, live, split.items());
      List<NextItemModel> models =
          Measuring.beside(List.of(served), measuring.baselines(), split.train());
      console.remark("measuring the written file beside " + (models.size() - 1) + " baselines");
      Evaluator evaluator =
          measuring.evaluator(options.threads()).withTraining(new ItemCounts(split.train()));
      if (!result.epochs().isEmpty()) {
        evaluator = evaluator.withVectors(new ItemVectors(result.weights().embedding()));
      }
      TrainingSummary summary =
          new TrainingSummary(
              this,
              result,
              new Written(date, live.version(), Files.size(output), live.backend(), seconds),
              Measuring.measure(models, split.validation(), evaluator),
              Measuring.measure(models, split.test(), evaluator),
              ExampleRecommendations.of(live, split.test()));
      Warnings.print(console, summary.warnings(), warnings);
      return summary;
    }
  }

  /** Trains to the end or until a signal. */
  private TrainingResult train(
      TrainingPipeline training, Console console, Interruption interruption)
      throws IOException, InterruptedException {
    try (EpochProgress progress = new EpochProgress(console, options.stopping().epochs(), metric)) {
      interruption.interruptAndWait();
      return training.train(progress);
    } catch (InterruptedException interrupted) {
      return training
          .best()
          .orElseThrow(() -> new InterruptedRunException("interrupted " + NOTHING_WRITTEN));
    } finally {
      interruption.onlyWait();
    }
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

  private Map<String, Object> provenance(TrainingResult result, Instant date) {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("date", date.toString());
    provenance.put("version", Version.number());
    provenance.put("logs", source.names());
    provenance.put("recipe", recipe());
    provenance.put("network", Provenance.parse(network.toJson()));
    provenance.put("training", Components.of(options));
    provenance.put("bestEpoch", result.bestEpoch());
    provenance.put("epochs", result.epochs().size());
    provenance.put("metric", metric.toString());
    if (!result.epochs().isEmpty()) {
      EpochReport best = result.epochs().get(result.bestEpoch() - 1);
      provenance.put("validationScore", best.validationScore());
    }
    return provenance;
  }

  /** {@return the layout, cleaning and split of the log, as flat text} */
  Map<String, String> recipe() {
    Map<String, String> recipe = new LinkedHashMap<>(source.format().toMap());
    recipe.putAll(source.preparation().toMap());
    return recipe;
  }
}
