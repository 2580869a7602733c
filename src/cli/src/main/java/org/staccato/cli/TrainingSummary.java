package org.staccato.cli;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.staccato.live.ModelVersion;
import org.staccato.model.NeighbourMemory;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Slice;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.report.Section.Example;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Split;

/**
 * The summary of a training, which its command prints and its page shows.
 *
 * @param run the run that was asked for
 * @param training the trainer's report
 * @param written the written file
 * @param validation the model's result on the validation cases, then the baselines'
 * @param test the model's result on the test cases, then the baselines'
 * @param cold the figures of items that were held out of the training, or null if there are none
 * @param examples recommendations of the model in some test cases
 */
record TrainingSummary(
    TrainingRun run,
    TrainingResult training,
    Written written,
    List<EvaluationResult> validation,
    List<EvaluationResult> test,
    @Nullable ColdItems cold,
    List<Example> examples) {

  /**
   * The weight file that was written.
   *
   * @param date the start of the training
   * @param version the version of the model, with its digest and specification
   * @param bytes its size
   * @param backend the kernels that measured it
   * @param seconds the time from the first epoch to the file, validation included
   */
  record Written(Instant date, ModelVersion version, long bytes, String backend, double seconds) {

    /** {@return the SHA-256 digest of the file} */
    String digest() {
      return version.digest();
    }

    /** {@return the memory of the model, if it has one} */
    Optional<NeighbourMemory> memory() {
      return version.specification().findMemory();
    }
  }

  /** Prints the tables and the path of the file. */
  void print(Console console) {
    Results.print(console, "validation", validation);
    console.line("");
    Results.print(console, "test", test);
    console.line("");
    Slices.print(console, "test", test.getFirst(), slices());
    console.line("");
    if (cold != null) {
      cold.print(console);
      console.line("");
    }
    console.line(
        run.output()
            + "  "
            + Figures.bytes(written.bytes())
            + (training.epochs().isEmpty() ? "" : epochs())
            + "  "
            + Figures.seconds(written.seconds())
            + (training.epochs().isEmpty() ? "" : "  " + speed()));
    written.memory().ifPresent(memory -> console.line("memory " + MemoryPlan.words(memory)));
    console.line("sha256 " + written.digest());
  }

  private String epochs() {
    return "  epoch " + training.bestEpoch() + " of " + training.epochs().size();
  }

  private String speed() {
    return Figures.count(Math.round(eventsPerSecond())) + " events/s";
  }

  /** {@return the reasons to trust the figures less, one sentence each} */
  List<String> warnings() {
    return Warnings.of(run.data().measured(), run.metric(), test);
  }

  private List<Slice> slices() {
    Split split = run.data().measured();
    return Slices.of(test.getFirst(), split.test(), new ItemCounts(split.train()));
  }

  /** {@return everything about the run, for JSON} */
  Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", run.output().toString());
    object.put("date", written.date().toString());
    object.put("version", Version.number());
    object.put("digest", written.digest());
    object.put("bytes", written.bytes());
    object.put("backend", written.backend());
    object.put("data", Results.data(run.data().split().report()));
    object.put("recipe", run.recipe());
    object.put("network", Provenance.parse(written.version().specification().toJson()));
    object.put("training", TrainingRun.training(run.options()));
    object.put("refit", run.fitting().refit());
    object.put("metric", run.metric().toString());
    object.put("bestEpoch", training.bestEpoch());
    object.put("epochs", training.epochs().stream().map(Components::of).toList());
    object.put("seconds", written.seconds());
    object.put("eventsPerSecond", eventsPerSecond());
    object.put("validation", Results.objects(validation));
    object.put("test", Results.objects(test));
    object.put("slices", Slices.objects(test.getFirst(), slices()));
    if (cold != null) {
      object.put("coldItems", cold.objects());
    }
    object.put("warnings", warnings());
    object.put("examples", ExampleRecommendations.objects(examples));
    object.put("environment", environment());
    return object;
  }

  /** {@return the JDK, the machine and the backend of the run} */
  Map<String, Object> environment() {
    Map<String, Object> environment = new LinkedHashMap<>();
    environment.put("jdk", Version.jdk());
    environment.put("system", Version.system());
    environment.put("cores", Runtime.getRuntime().availableProcessors());
    environment.put("backend", written.backend());
    environment.put("memory", Figures.bytes(Runtime.getRuntime().maxMemory()));
    return environment;
  }

  /** {@return the mean speed of the epochs} */
  double eventsPerSecond() {
    return training.epochs().stream().mapToDouble(EpochReport::eventsPerSecond).average().orElse(0);
  }
}
