package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.cli.ScenarioArguments.Scenario;
import org.staccato.load.latency.LatencyMeasurement;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.latency.ScoringLatency;
import org.staccato.load.plot.PercentilePlot;
import org.staccato.load.report.Machine;
import org.staccato.load.scenario.LoadOptions;
import org.staccato.model.FeatureInput;
import org.staccato.model.ItemInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the latency of a weight file's answers. */
@Command(
    name = "latency",
    sortOptions = false,
    description = {
      "Measures the latency of the answers of a weight file.",
      "Single calls on one thread: a step (one event), a step whose recurrent products were done"
          + " before it, the first K of the whole catalogue or a prediction, and step and answer"
          + " together.",
      "Calls follow each other without a pause, so this is service time without queueing. The cost of"
          + " reading the timer is part of every value; its own median is shown beside them.",
      "With --scenario, the latency includes the queue of a service under load."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  staccato latency shop.safetensors --seconds 10 --svg latency.svg --hgrm results/",
      "  staccato latency shop.safetensors --scenario swap --output results/"
    })
final class LatencyCommand extends Verb {
  private static final double USUAL_SECONDS = 5;

  @Parameters(paramLabel = "MODEL", description = "The weight file.")
  private Path model = Path.of("");

  @Option(
      names = {"-k", "--k"},
      order = 1,
      paramLabel = "K",
      description = "Number of items to rank (default: ${DEFAULT-VALUE}).")
  private int count = 10;

  @Option(
      names = "--seconds",
      order = 2,
      paramLabel = "S",
      description =
          "The time to measure each of the four (default: 5), a steady load (60) or a soak (1200).")
  private @Nullable Double seconds;

  @Option(
      names = "--warmup",
      order = 3,
      paramLabel = "S",
      description = "The time to warm up before each (default: ${DEFAULT-VALUE}).")
  private double warmup = 2;

  @Option(
      names = "--hgrm",
      order = 4,
      paramLabel = "FOLDER",
      description =
          "Write one HdrHistogram percentile file per series into this existing folder (default: none).")
  private @Nullable Path hgrm;

  @Option(
      names = "--svg",
      order = 5,
      paramLabel = "FILE",
      description = "Draw the percentiles (default: none).")
  private @Nullable Path svg;

  @Mixin private ScenarioArguments scenarioArguments = new ScenarioArguments();

  LatencyCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws Exception {
    Scenario scenario = scenarioArguments.scenario;
    double usual = scenario == null ? USUAL_SECONDS : ScenarioArguments.usualSeconds(scenario);
    double length = seconds == null ? usual : seconds;
    if (count < 1) {
      throw wrongUsage("-k: found " + count + ", expected at least 1");
    }
    if (!(length > 0 && length <= 86_400 && warmup >= 0 && warmup <= 86_400)) {
      throw wrongUsage(
          "--seconds, --warmup: found "
              + length
              + " and "
              + warmup
              + ", expected above 0 and at least 0, both at most 86400");
    }
    if (scenario == null) {
      if (scenarioArguments.output != null || scenarioArguments.with != null) {
        throw wrongUsage("--output and --with need a --scenario");
      }
      measureCalls(length);
    } else {
      if (svg != null || hgrm != null) {
        throw wrongUsage("--svg and --hgrm are for single calls; a scenario has --output");
      }
      LoadOptions load = scenarioArguments.options(this, warmup);
      new LatencyScenarios(console, scenarioArguments, load, scenario, model, count, length)
          .run(json);
    }
  }

  private void measureCalls(double length) throws IOException {
    Outputs.requireWritable(svg);
    Outputs.requireWritable(hgrm == null ? null : hgrm.resolve("step.hgrm"));
    try (LiveModel live = LiveModel.open(model)) {
      ScoringLatency latency = new ScoringLatency(live, count);
      LatencyMeasurement measurement = new LatencyMeasurement(duration(warmup), duration(length));
      console.remark(
          "four series of "
              + Figures.seconds(length)
              + " after "
              + Figures.seconds(warmup)
              + " of warm-up each");
      LatencySeries timer = LatencyMeasurement.timer(Duration.ofMillis(500));
      List<LatencySeries> series = latency.measure(measurement);
      write(live, timer, series);
      if (json) {
        console.json(object(live, length, timer, series));
      } else {
        print(console, timer, series);
      }
    }
  }

  private void write(LiveModel live, LatencySeries timer, List<LatencySeries> series)
      throws IOException {
    if (hgrm != null) {
      for (LatencySeries each : series) {
        each.writePercentiles(
            hgrm.resolve(each.name().replace(" + ", "-and-").replace(' ', '-') + ".hgrm"));
      }
    }
    if (svg != null) {
      String subtitle =
          model.getFileName()
              + " · "
              + what(live)
              + " · "
              + live.backend()
              + " · timer "
              + timer.nanosAt(50)
              + " ns";
      new PercentilePlot("Latency of one call", subtitle, whereAndWhen(), series).write(svg);
    }
  }

  /** {@return the machine and the date, for a picture} */
  static String whereAndWhen() {
    return Machine.describe() + ", " + Provenance.now();
  }

  private static String what(LiveModel live) {
    return switch (live.version().specification().input()) {
      case ItemInput input -> Figures.count(input.items()) + " items";
      case FeatureInput input -> Figures.count(input.width()) + " features";
    };
  }

  /** Prints the percentiles in microseconds, and the cost of reading the timer. */
  static void print(Console console, LatencySeries timer, List<LatencySeries> series) {
    print(console, series);
    console.line(
        "  each value includes one reading of the timer, "
            + Figures.micros(timer.nanosAt(50))
            + " µs at the median");
  }

  /** Prints the percentiles in microseconds. */
  static void print(Console console, List<LatencySeries> series) {
    TextTable table =
        new TextTable("µs", "p50", "p90", "p99", "p99.9", "p99.99", "max", "mean", "calls");
    for (LatencySeries each : series) {
      table.row(
          each.name(),
          Figures.micros(each.nanosAt(50)),
          Figures.micros(each.nanosAt(90)),
          Figures.micros(each.nanosAt(99)),
          Figures.micros(each.nanosAt(99.9)),
          Figures.micros(each.nanosAt(99.99)),
          Figures.micros(each.maxNanos()),
          Figures.micros(Math.round(each.meanNanos())),
          Figures.count(each.count()));
    }
    table.print(console);
  }

  /** {@return the percentiles in nanoseconds, for JSON} */
  static Map<String, Object> objectOf(LatencySeries series) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("calls", series.count());
    object.put("p50", series.nanosAt(50));
    object.put("p90", series.nanosAt(90));
    object.put("p99", series.nanosAt(99));
    object.put("p99.9", series.nanosAt(99.9));
    object.put("p99.99", series.nanosAt(99.99));
    object.put("max", series.maxNanos());
    object.put("mean", series.meanNanos());
    return object;
  }

  private Map<String, Object> object(
      LiveModel live, double length, LatencySeries timer, List<LatencySeries> series)
      throws IOException {
    Map<String, Object> nanos = new LinkedHashMap<>();
    series.forEach(each -> nanos.put(each.name(), objectOf(each)));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", model.toString());
    object.put("digest", live.version().digest());
    object.put("bytes", Files.size(model));
    object.put("backend", live.backend());
    object.put("k", count);
    object.put("seconds", length);
    object.put("warmup", warmup);
    object.put("timerNanos", timer.nanosAt(50));
    object.put("machine", Machine.describe());
    object.put("date", Provenance.now().toString());
    object.put("nanos", nanos);
    return object;
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
