package org.staccato.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.LiveModel;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.TrainingPipeline;
import org.staccato.trainer.evaluate.ServedValues;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.learn.ValueObjective;
import org.staccato.trainer.sequence.Split;

/**
 * One training of a network that predicts ratings or clicks, from a split log to a measured weight
 * file, with its progress on the console.
 *
 * @param source the source of the events
 * @param split the events
 * @param network the network
 * @param options the training options
 * @param objective what the network predicts
 * @param output the weight file to write
 */
record ValueTrainingRun(
    LogSplit source,
    Split split,
    ModelSpecification network,
    TrainingOptions options,
    ValueObjective objective,
    Path output) {

  /**
   * Trains, writes the weight file, measures it as it is served, and prints the measures.
   *
   * @param json whether the result is one JSON object
   * @throws InterruptedRunException if a signal ends the training; the best epoch so far is then
   *     written
   */
  void run(Console console, Interruption interruption, boolean json)
      throws IOException, InterruptedException {
    Outputs.requireSpace(output, TrainingRun.estimatedBytes(network));
    Instant date = Provenance.now();
    List<String> warnings = Warnings.of(split);
    Warnings.print(console, warnings, List.of());
    long begin = System.nanoTime();
    TrainingPipeline training = new TrainingPipeline(split, network, options, objective);
    // The score of an epoch is the negative measure, so that the higher is the better.
    String metric = "-" + objective.task().metric();
    TrainingResult result =
        FileTraining.train(
            training,
            new EpochProgress(console, options.stopping().epochs(), metric),
            interruption);
    String provenance = JSON.std.asString(provenance(result, date));
    FileTraining.writing(() -> training.write(output, result.weights(), provenance));
    FileTraining.requireUninterrupted(result, output, interruption);
    interruption.say("after training: " + output + " is complete");
    double seconds = (System.nanoTime() - begin) * 1e-9;
    try (LiveModel live = LiveModel.open(output)) {
      ValueMeasuring measured =
          ValueMeasuring.of(
              objective.task(),
              split,
              List.of(new ServedValues(TrainingRun.MODEL_NAME, live, split.items())));
      if (json) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", output.toString());
        object.put("digest", live.version().digest());
        object.put("bytes", Files.size(output));
        object.put("backend", live.backend());
        object.put("data", Results.data(split.report()));
        object.putAll(provenance(result, date));
        object.put("epochs", result.epochs().stream().map(Components::of).toList());
        object.put("seconds", seconds);
        object.put("validation", ValueResults.objects(measured.validation()));
        object.put("test", ValueResults.objects(measured.test()));
        object.put("warnings", warnings);
        console.json(object);
      } else {
        measured.print(console);
        console.line("");
        console.line(
            output
                + "  "
                + Figures.bytes(Files.size(output))
                + "  epoch "
                + result.bestEpoch()
                + " of "
                + result.epochs().size()
                + "  "
                + Figures.seconds(seconds));
        console.line("sha256 " + live.version().digest());
      }
    }
  }

  private Map<String, Object> provenance(TrainingResult result, Instant date) {
    Map<String, String> recipe = source.recipe();
    recipe.putAll(objective.task().toMap());
    Map<String, Object> provenance =
        TrainingRun.provenance(date, source.names(), recipe, network, options);
    EpochReport best = result.epochs().get(result.bestEpoch() - 1);
    provenance.put("loss", objective.loss().name());
    provenance.put("bestEpoch", best.epoch());
    provenance.put("epochs", result.epochs().size());
    provenance.put("metric", objective.task().metric());
    provenance.put("validationScore", -best.validationScore());
    return provenance;
  }
}
