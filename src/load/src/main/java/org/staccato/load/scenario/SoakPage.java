package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.staccato.load.plot.TimelinePlot;
import org.staccato.load.plot.TimelinePlot.Line;
import org.staccato.load.plot.TimelinePlot.Marks;
import org.staccato.load.plot.TimelinePlot.Panel;
import org.staccato.load.plot.TimelinePlot.Unit;
import org.staccato.load.report.MarkdownPage;
import org.staccato.load.scenario.SoakOutcome.Replacements;

/** Writes the measurements of a soak as a page with its plot and histogram. */
public final class SoakPage {
  private static final int PARTS = 10;

  private final SoakOutcome outcome;
  private final ScenarioPage frame;

  /**
   * Prepares a page.
   *
   * @param outcome the measurements
   * @param model a description of the model
   * @param command the command that repeats the measurement
   */
  public SoakPage(SoakOutcome outcome, String model, String command) {
    this.outcome = outcome;
    frame = new ScenarioPage(model, command);
  }

  /**
   * Writes {@code soak.md}, {@code soak.svg} and {@code soak.hgrm}.
   *
   * @param folder an existing folder
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder) throws IOException {
    outcome.latencies().writePercentiles(folder.resolve("soak.hgrm"));
    plot().write(folder.resolve("soak.svg"));
    page().write(folder.resolve("soak.md"));
  }

  private TimelinePlot plot() {
    Line resident = new Line("resident", values(SoakSample::residentBytes));
    Line heap = new Line("heap", values(SoakSample::heapBytes));
    Line weights = new Line("weights", values(sample -> sample.gauges().bytes()));
    Line versions = new Line("in memory", values(sample -> sample.gauges().versions()));
    return new TimelinePlot(
        "Soak: swaps, faults and a growing user table",
        String.format(
            Locale.ROOT,
            "%s · %,.0f requests a second, a swap every %d ms",
            frame.model(),
            outcome.rate(),
            outcome.length().period().toMillis()),
        values(SoakSample::seconds),
        List.of(
            Panel.latencies(outcome.samples().stream().map(SoakSample::interval).toList()),
            new Panel("requests a second", Unit.COUNT, List.of(new Line("served", throughput()))),
            new Panel("memory", Unit.BYTES, List.of(resident, heap, weights)),
            new Panel("versions", Unit.COUNT, List.of(versions))),
        List.of(new Marks("fault", true, outcome.replacements().faultSeconds())));
  }

  private double[] values(ToDoubleFunction<SoakSample> value) {
    return outcome.samples().stream().mapToDouble(value).toArray();
  }

  private double[] throughput() {
    List<SoakSample> samples = outcome.samples();
    double[] perSecond = new double[samples.size()];
    double before = 0;
    for (int i = 0; i < perSecond.length; i++) {
      SoakSample sample = samples.get(i);
      perSecond[i] = sample.interval().count() / Math.max(1e-3, sample.seconds() - before);
      before = sample.seconds();
    }
    return perSecond;
  }

  private MarkdownPage page() {
    String scenario =
        String.format(
            Locale.ROOT,
            """
            The requests arrive for %.1f min. Meanwhile the followed file is replaced every %d ms, by the other version or by a fault. Each request
            also records its event in a table of users' events and states, to which new users come all the time.\
            """,
            outcome.length().duration().toMillis() / 60e3,
            outcome.length().period().toMillis());
    MarkdownPage page = frame.begin("Soak", outcome.load(), outcome.rate(), scenario);
    page.picture("timeline", "soak.svg").latencyTable().latencies(outcome.latencies());
    addParts(page);
    addReplacements(page);
    ScenarioPage.add(page, Map.of("Staccato", outcome.service()));
    return page;
  }

  private void addReplacements(MarkdownPage page) {
    Replacements replacements = outcome.replacements();
    page.table("", "good files put in place", "versions loaded", "files rejected")
        .row(
            "Staccato | %,d | %,d | %,d",
            replacements.good(), replacements.gauges().loaded(), replacements.gauges().rejected())
        .paragraph(
            "Faults: %s.",
            replacements.faults().isEmpty()
                ? "none"
                : replacements.faults().entrySet().stream()
                    .map(fault -> fault.getKey().words() + " " + fault.getValue())
                    .collect(Collectors.joining(", ")));
  }

  /** Adds the medians of each tenth of the samples: a flat column shows that nothing grows. */
  private void addParts(MarkdownPage page) {
    page.paragraph(
        """
        Medians of the seconds of each tenth; the last line is the last tenth divided by the second, in which caches and tables are filled.\
        """);
    page.table(
        "tenth",
        "requests a second",
        "p50 µs",
        "p99 µs",
        "max µs",
        "resident MB",
        "heap MB",
        "versions",
        "users");
    double[][] columns = {
      throughput(),
      values(sample -> sample.interval().p50() / 1e3),
      values(sample -> sample.interval().p99() / 1e3),
      values(sample -> sample.interval().max() / 1e3),
      values(sample -> sample.residentBytes() / 1e6),
      values(sample -> sample.heapBytes() / 1e6),
      values(sample -> sample.gauges().versions()),
      values(SoakSample::users)
    };
    int parts = Math.min(PARTS, outcome.samples().size());
    for (int part = 0; part < parts; part++) {
      int at = part;
      page.row("%d%s", part + 1, cells(" | %,.1f", columns, column -> median(column, at, parts)));
    }
    if (parts == PARTS) {
      page.row(
          "last / second%s",
          cells(
              " | %.2f",
              columns, column -> median(column, parts - 1, parts) / median(column, 1, parts)));
    }
  }

  private static String cells(String format, double[][] columns, ToDoubleFunction<double[]> value) {
    return Arrays.stream(columns)
        .map(column -> String.format(Locale.ROOT, format, value.applyAsDouble(column)))
        .collect(Collectors.joining());
  }

  private static double median(double[] values, int part, int parts) {
    int from = values.length * part / parts;
    int to = values.length * (part + 1) / parts;
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
