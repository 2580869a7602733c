package org.staccato.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.log.DropReason;
import org.staccato.trainer.report.Report;
import org.staccato.trainer.report.Section;
import org.staccato.trainer.report.Section.Comparison;
import org.staccato.trainer.report.Section.Curve;
import org.staccato.trainer.report.Section.Curves;
import org.staccato.trainer.report.Section.Examples;
import org.staccato.trainer.report.Section.Fact;
import org.staccato.trainer.report.Section.Facts;
import org.staccato.trainer.sequence.PreparationReport;

/**
 * The report of a training, as a page for a browser.
 *
 * @param summary the summary of the training
 * @param commandLine the command that started it
 */
record TrainingReport(TrainingSummary summary, String commandLine) {
  /** The values of options that were not set, which the page leaves out. */
  private static final Map<String, String> UNSET =
      Map.of(
          "log.minimum-value", "-Infinity", "log.most-broken", "0.0", "log.decimal-comma", "false");

  /** {@return the page} */
  Report report() {
    TrainingRun run = summary.run();
    List<Section> sections = new ArrayList<>();
    if (!summary.warnings().isEmpty()) {
      sections.add(new Section.Warnings(summary.warnings()));
    }
    sections.add(new Comparison("Test", note(summary.test()), summary.test()));
    String before =
        run.fitting().refit() ? " Measured before the refit, which learns from these events." : "";
    sections.add(
        new Comparison("Validation", note(summary.validation()) + before, summary.validation()));
    if (!summary.examples().isEmpty()) {
      sections.add(
          new Examples(
              "Some recommendations",
              "The last test case of a few sequences: what came before, the first "
                  + summary.examples().getFirst().recommended().size()
                  + " of the catalogue, and what came next.",
              summary.examples()));
    }
    if (!summary.training().epochs().isEmpty()) {
      sections.add(curves());
    }
    sections.addAll(
        List.of(
            Comparison.measures(),
            baselines(),
            data(),
            leftOut(),
            facts("Network and training", options()),
            facts("Log and split", recipe()),
            weightFile(),
            facts("Run", circumstances())));
    return new Report(
        "Training of " + run.output().getFileName(),
        List.of(
            upperFirst(model())
                + " over "
                + Figures.count(run.network().itemInput().items())
                + " items, trained on "
                + String.join(", ", run.data().source().names()),
            summary.written().date() + ", staccato " + Version.number()),
        highlights(),
        sections);
  }

  private String model() {
    String network = LayerWords.recurrent(summary.run().network().layers());
    return summary
        .written()
        .memory()
        .map(
            memory ->
                (summary.training().epochs().isEmpty() ? "a" : network + " and a")
                    + " memory of "
                    + Figures.count(memory.sequences())
                    + " sequences")
        .orElse(network);
  }

  private Facts baselines() {
    return new Facts(
        "The baselines",
        summary.run().measuring().baselines().stream()
            .map(each -> new Fact(each.label(), each.meaning()))
            .toList());
  }

  private Facts weightFile() {
    return new Facts(
        "Weight file",
        List.of(
            new Fact("path", summary.run().output().toString()),
            new Fact("size", Figures.bytes(summary.written().bytes())),
            new Fact("SHA-256", summary.written().digest())));
  }

  private Map<String, Object> circumstances() {
    Map<String, Object> circumstances = new LinkedHashMap<>();
    circumstances.put("date", summary.written().date());
    circumstances.put("version", "staccato " + Version.number());
    circumstances.put("command line", commandLine);
    circumstances.putAll(summary.environment());
    return circumstances;
  }

  private List<Fact> highlights() {
    Headline headline = Headline.of(summary.run().metric(), summary.test());
    List<Fact> highlights = new ArrayList<>();
    highlights.add(
        new Fact(headline.metric() + " of the test cases", Figures.metric(headline.model())));
    highlights.add(
        new Fact(
            headline.metric() + " of the best baseline, " + headline.baseline(),
            Figures.metric(headline.counted())));
    if (!headline.gain().isEmpty()) {
      highlights.add(new Fact("the model against that baseline", headline.gain()));
    }
    highlights.add(new Fact("training", Figures.seconds(summary.written().seconds())));
    if (!summary.training().epochs().isEmpty()) {
      highlights.add(new Fact("events/s", Figures.count(Math.round(summary.eventsPerSecond()))));
    }
    highlights.add(new Fact("weight file", Figures.bytes(summary.written().bytes())));
    return highlights;
  }

  private String note(List<EvaluationResult> results) {
    return Figures.count(results.getFirst().cases())
        + " cases, the whole catalogue ranked for each"
        + (summary.run().data().source().preparation().excludeSeen()
            ? "; items already seen are left out. "
            : ". ")
        + Results.intervals(results.getFirst())
        + ".";
  }

  private Curves curves() {
    List<Double> losses = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (EpochReport epoch : summary.training().epochs()) {
      losses.add(epoch.loss());
      scores.add(epoch.validationScore());
    }
    return new Curves(
        "Learning",
        List.of(
            new Curve("training loss, nats per event", losses, 0),
            new Curve(
                "validation " + summary.run().metric(), scores, summary.training().bestEpoch())));
  }

  private Facts data() {
    PreparationReport report = summary.run().data().split().report();
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
    PreparationReport report = summary.run().data().split().report();
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
    ModelSpecification network = summary.run().network();
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("items", network.itemInput().items());
    summary.written().memory().ifPresent(memory -> options.put("memory", MemoryPlan.words(memory)));
    if (summary.training().epochs().isEmpty()) {
      return options;
    }
    options.put("embeddingWidth", network.itemInput().width());
    options.put("layers", LayerWords.list(network.layers()));
    options.put("tied", network.ranking().tied());
    options.putAll(Components.flat(TrainingRun.training(summary.run().options())));
    Fitting fitting = summary.run().fitting();
    options.put("resumedFrom", fitting.resume() == null ? "" : fitting.resume());
    options.put("refit", fitting.refit() ? "on training and validation" : "");
    return options;
  }

  /** Returns the recipe without its prefixes and without options that were not set. */
  private Map<String, String> recipe() {
    Map<String, String> recipe = new LinkedHashMap<>();
    summary
        .run()
        .recipe()
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

  private static String upperFirst(String phrase) {
    return phrase.substring(0, 1).toUpperCase(Locale.ROOT) + phrase.substring(1);
  }
}
