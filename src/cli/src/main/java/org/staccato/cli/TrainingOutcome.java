package org.staccato.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.log.DropReason;
import org.staccato.trainer.report.Report;
import org.staccato.trainer.report.Section;
import org.staccato.trainer.report.Section.Comparison;
import org.staccato.trainer.report.Section.Curve;
import org.staccato.trainer.report.Section.Curves;
import org.staccato.trainer.report.Section.Fact;
import org.staccato.trainer.report.Section.Facts;
import org.staccato.trainer.sequence.PreparationReport;

/**
 * What a training came to.
 *
 * @param run what was asked for
 * @param training what the trainer reported
 * @param written what was written
 * @param validation the model's result on the validation cases, then the baselines'
 * @param test the model's result on the test cases, then the baselines'
 */
record TrainingOutcome(
    TrainingRun run,
    TrainingResult training,
    Written written,
    List<EvaluationResult> validation,
    List<EvaluationResult> test) {

  /** What a recipe says where nothing was asked for. */
  private static final Map<String, String> UNSET =
      Map.of(
          "log.minimum-value", "-Infinity", "log.most-broken", "0.0", "log.decimal-comma", "false");

  /**
   * The weight file that was written.
   *
   * @param date when the training began
   * @param digest its SHA-256 digest
   * @param bytes its size
   * @param backend the kernels that measured it
   * @param seconds the time from the first epoch to the file, validation included
   */
  record Written(Instant date, String digest, long bytes, String backend, double seconds) {}

  /** Prints the tables and where the file is. */
  void print(Console console) {
    Results.print(console, "validation", validation);
    console.line("");
    Results.print(console, "test", test);
    console.line("");
    console.line(
        run.output()
            + "  "
            + Figures.bytes(written.bytes())
            + "  epoch "
            + training.bestEpoch()
            + " of "
            + training.epochs().size()
            + "  "
            + Figures.seconds(written.seconds())
            + "  "
            + Figures.count(Math.round(eventsPerSecond()))
            + " events/s");
    console.line("sha256 " + written.digest());
  }

  /** {@return what lets the figures say less than they seem to, one sentence each} */
  List<String> warnings() {
    return Warnings.of(run.split(), run.metric(), test);
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
    object.put("data", Results.data(run.split().report()));
    object.put("recipe", run.recipe());
    object.put("network", Provenance.parse(run.network().toJson()));
    object.put("training", Components.of(run.options()));
    object.put("metric", run.metric().toString());
    object.put("bestEpoch", training.bestEpoch());
    object.put("epochs", training.epochs().stream().map(Components::of).toList());
    object.put("seconds", written.seconds());
    object.put("eventsPerSecond", eventsPerSecond());
    object.put("validation", Results.objects(validation));
    object.put("test", Results.objects(test));
    object.put("warnings", warnings());
    object.put("environment", environment());
    return object;
  }

  /** {@return the report for a person's browser} */
  Report report() {
    String catalogue = Figures.count(run.network().itemInput().items()) + " items";
    List<Section> sections = new ArrayList<>();
    if (!warnings().isEmpty()) {
      sections.add(new Section.Warnings(warnings()));
    }
    sections.addAll(
        List.of(
            new Comparison("Test", note(test), test),
            new Comparison("Validation", note(validation), validation),
            curves(),
            data(),
            leftOut(),
            facts("Network and training", options()),
            facts("Log and split", recipe()),
            new Facts(
                "Weight file",
                List.of(
                    new Fact("path", run.output().toString()),
                    new Fact("size", Figures.bytes(written.bytes())),
                    new Fact("SHA-256", written.digest()))),
            facts("Environment", environment())));
    String logs = String.join(", ", run.source().names());
    return new Report(
        "Training of " + run.output().getFileName(),
        "An LSTM of " + hiddenSizes() + " hidden units over " + catalogue + ", trained on " + logs,
        highlights(),
        sections);
  }

  private List<Fact> highlights() {
    Headline headline = Headline.of(run.metric(), test);
    List<Fact> highlights = new ArrayList<>();
    highlights.add(new Fact(headline.metric() + ", test", Figures.metric(headline.model())));
    if (!headline.gain().isEmpty()) {
      highlights.add(new Fact("against " + headline.baseline(), headline.gain()));
    }
    highlights.add(new Fact("training", Figures.seconds(written.seconds())));
    highlights.add(new Fact("events/s", Figures.count(Math.round(eventsPerSecond()))));
    highlights.add(new Fact("weight file", Figures.bytes(written.bytes())));
    return highlights;
  }

  private String note(List<EvaluationResult> results) {
    return Figures.count(results.getFirst().cases())
        + " cases, the whole catalogue ranked for each"
        + (run.source().preparation().excludeSeen() ? "; items already seen are left out." : ".");
  }

  private Curves curves() {
    List<Double> losses = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (EpochReport epoch : training.epochs()) {
      losses.add(epoch.loss());
      scores.add(epoch.validationScore());
    }
    return new Curves(
        "Learning",
        List.of(
            new Curve("training loss, nats per event", losses, 0),
            new Curve("validation " + run.metric(), scores, training.bestEpoch())));
  }

  private Facts data() {
    PreparationReport report = run.split().report();
    PreparationReport.Size log = report.log();
    return new Facts(
        "Data",
        List.of(
            new Fact("rows read", Figures.count(report.rows())),
            new Fact("events kept", Figures.count(log.events())),
            new Fact("users", Figures.count(log.users())),
            new Fact("sequences", Figures.count(log.sequences())),
            new Fact("items", Figures.count(log.items())),
            new Fact(
                "median sequence", String.format(Locale.ROOT, "%.1f events", log.medianLength())),
            new Fact("density", String.format(Locale.ROOT, "%.3g %%", 100 * log.density())),
            new Fact("training events", Figures.count(report.train().events())),
            new Fact("validation cases", Figures.count(report.validationCases())),
            new Fact("test cases", Figures.count(report.testCases()))));
  }

  private Facts leftOut() {
    PreparationReport report = run.split().report();
    List<Fact> facts = new ArrayList<>();
    for (DropReason reason : DropReason.values()) {
      addDropped(facts, reason.description(), report.dropped().of(reason), report.rows());
    }
    addDropped(facts, "altogether", report.dropped().total(), report.rows());
    if (facts.isEmpty()) {
      facts.add(new Fact("nothing", ""));
    }
    return new Facts("Left out", facts);
  }

  private static void addDropped(List<Fact> facts, String name, long dropped, long rows) {
    if (dropped > 0) {
      String share = " (" + Figures.share(dropped, rows) + ")";
      facts.add(new Fact(name, Figures.count(dropped) + share));
    }
  }

  private Map<String, Object> options() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("items", run.network().itemInput().items());
    options.put("embeddingWidth", run.network().itemInput().width());
    options.put("hiddenUnits", hiddenSizes());
    options.put("tied", run.network().ranking().tied());
    options.putAll(Components.flat(run.options()));
    return options;
  }

  /** The recipe without its prefixes and without what is not set. */
  private Map<String, String> recipe() {
    Map<String, String> recipe = new LinkedHashMap<>();
    run.recipe()
        .forEach(
            (name, value) -> {
              if (!value.equals(UNSET.get(name))) {
                recipe.put(
                    name.substring(name.indexOf('.') + 1).replaceAll("[.-]", " "),
                    value.startsWith("?")
                        ? value.substring(1).replace("|", ", ") + " (if present)"
                        : value.replace("|", ", "));
              }
            });
    return recipe;
  }

  private static Facts facts(String title, Map<String, ?> values) {
    List<Fact> facts = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          String text = String.valueOf(value);
          if (!text.isEmpty()) {
            facts.add(new Fact(Components.words(name), text));
          }
        });
    return new Facts(title, facts);
  }

  private Map<String, Object> environment() {
    Map<String, Object> environment = new LinkedHashMap<>();
    environment.put("jdk", Version.jdk());
    environment.put("system", Version.system());
    environment.put("cores", Runtime.getRuntime().availableProcessors());
    environment.put("backend", written.backend());
    environment.put("memory", Figures.bytes(Runtime.getRuntime().maxMemory()));
    return environment;
  }

  private double eventsPerSecond() {
    return training.epochs().stream().mapToDouble(EpochReport::eventsPerSecond).average().orElse(0);
  }

  private String hiddenSizes() {
    return run.network().layers().stream()
        .map(layer -> String.valueOf(layer.width()))
        .collect(Collectors.joining(" + "));
  }
}
