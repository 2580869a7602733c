package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.load.latency.LatencyMeasurement;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.latency.ScoringLatency;
import org.staccato.load.plot.PercentilePlot;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.TrainingPipeline;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.learn.Dropout;
import org.staccato.trainer.learn.NextItemNetwork;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.log.KeptColumns;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.report.Section.Example;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Split;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs every stage once, from a log to recommendations. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Runs every stage once on the log of an imaginary shop.",
      "Makes the log, trains on it, measures the model beside the baselines, writes one weight"
          + " file, maps it, recommends to three customers, and measures the latency of its"
          + " answers.",
      "Takes about a minute on two cores, and needs no data and no network."
    },
    footerHeading = "%nExample:%n",
    footer = "  staccato demo --directory demo")
final class DemoCommand extends Verb {
  private static final int CUSTOMERS = 3;
  private static final int RANKED = 10;

  private final Interruption interruption;

  @Option(
      names = "--directory",
      order = 1,
      paramLabel = "FOLDER",
      description =
          "The folder for the files; created if absent (default: a new temporary folder).")
  private @Nullable Path directory;

  @Option(
      names = "--users",
      order = 2,
      paramLabel = "N",
      description = "Customers of the shop, about 70 events each (default: ${DEFAULT-VALUE}).")
  private int users = ShopOptions.demo().users();

  @Option(
      names = "--items",
      order = 3,
      paramLabel = "N",
      description = "Items of the shop (default: ${DEFAULT-VALUE}).")
  private int items = ShopOptions.demo().items();

  @Option(
      names = "--epochs",
      order = 4,
      paramLabel = "N",
      description = "Passes over the log (default: ${DEFAULT-VALUE}).")
  private int epochs = 8;

  @Option(
      names = "--seconds",
      order = 5,
      paramLabel = "S",
      description = "The time to measure each latency (default: ${DEFAULT-VALUE}).")
  private double seconds = 2;

  DemoCommand(Console console, Interruption interruption) {
    super(console);
    this.interruption = interruption;
  }

  @Override
  void run() throws IOException, InterruptedException {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw wrongUsage("--seconds: found " + seconds + ", expected more than 0, at most 3600");
    }
    interruption.say(TrainingRun.NOTHING_WRITTEN);
    ShopOptions shop = shop();
    TrainingOptions options = options();
    long begin = System.nanoTime();
    Path folder = folder();
    Path log = folder.resolve("shop.csv");
    Path model = folder.resolve("shop.safetensors");
    Path report = folder.resolve("report.html");
    Path plot = folder.resolve("latency.svg");

    step(1, "The log of a shop");
    long rows = ShopLog.write(log, shop);
    say(Figures.count(rows) + " rows of " + Figures.count(users) + " customers in 90 days: " + log);
    LogSplit source =
        new LogSplit(
            List.of(LogSource.of(log)),
            LogFormat.preset("delimited"),
            KeptColumns.NONE,
            PreparationOptions.leaveOneOut().withDropRepeats(true),
            null,
            null);
    Split split = source.read();
    split.report().lines().forEach(this::say);

    step(2, "Training: what does a customer choose next?");
    ModelSpecification network =
        NextItemNetwork.of(TrainingPipeline.input(split, 64), List.of(64), true);
    TrainingRun run =
        new TrainingRun(
            new TrainingData(source, split, null),
            network,
            new Fitting(options, Metric.of("ndcg@10")),
            Measuring.at(10, 20),
            model);
    TrainingSummary summary = run.run(console, interruption, null);

    step(3, "Comparison with counting alone");
    if (!json) {
      Results.print(console, "test", summary.test());
    }
    new TrainingReport(summary, commandLine()).report().write(report);
    Map<String, Object> object = summary.object();

    try (LiveModel live = LiveModel.open(model)) {
      step(
          4,
          "One file, mapped and served: "
              + model
              + ", "
              + Figures.bytes(summary.written().bytes()));
      for (Example example :
          summary.examples().subList(0, Math.min(CUSTOMERS, summary.examples().size()))) {
        say("after " + example.lastOfHistory());
        say("   → " + String.join(", ", example.recommended()) + "; " + example.outcome());
      }

      step(5, "Latency of an answer, in microseconds, on one thread");
      Duration measured = Duration.ofNanos(Math.round(seconds * 1e9));
      LatencySeries timer = LatencyMeasurement.timer(measured.dividedBy(4));
      List<LatencySeries> series =
          new ScoringLatency(live, RANKED)
              .measure(new LatencyMeasurement(measured.dividedBy(2), measured));
      new PercentilePlot(
              "Latency of one call",
              Figures.count(live.itemKeys().size()) + " items · " + live.backend(),
              LatencyCommand.whereAndWhen(),
              series)
          .write(plot);
      Map<String, Object> nanos = new LinkedHashMap<>();
      series.forEach(each -> nanos.put(each.name(), LatencyCommand.objectOf(each)));
      object.put("nanos", nanos);
      object.put("timerNanos", timer.nanosAt(50));
      if (!json) {
        LatencyCommand.print(console, timer, series);
      }
    }
    double total = (System.nanoTime() - begin) * 1e-9;
    object.put("report", report.toString());
    object.put("totalSeconds", total);
    if (json) {
      console.json(object);
    } else {
      next(total, folder);
    }
  }

  private ShopOptions shop() {
    ShopOptions usual = ShopOptions.demo();
    try {
      return new ShopOptions(users, items, usual.days(), usual.seed());
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage(Failure.oneSentence(mistake.getMessage()));
    }
  }

  private TrainingOptions options() {
    try {
      // Take more and larger steps than usual: the log is small, and a demo must end soon.
      return TrainingOptions.forLongSequences()
          .withEpochs(epochs)
          .withBatchSize(32)
          .withWindow(20)
          .withLearningRate(5e-3)
          .withDropout(new Dropout(0.1f, 0.1f, 0.1f));
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage(Failure.oneSentence(mistake.getMessage()));
    }
  }

  private Path folder() throws IOException {
    if (directory == null) {
      return Files.createTempDirectory("staccato-demo-");
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException refused) {
      throw new BadInputException(directory + ": the folder cannot be created");
    }
    Outputs.requireWritable(directory.resolve("shop.csv"));
    return directory;
  }

  private void next(double total, Path folder) {
    console.line("");
    console.line("All of it took " + Figures.seconds(total) + ". The files are in " + folder + ":");
    console.line("  shop.csv  shop.safetensors  report.html  latency.svg");
    console.line("What to try next:");
    String model = shellWord(folder.resolve("shop.safetensors").toString());
    console.line("  staccato recommend " + model + " --history tea-01,tea-02,tea-03");
    console.line("  staccato inspect " + model);
    console.line(
        "  staccato train your-log.csv --columns user=…,item=…,time=… --report report.html");
  }

  private void step(int number, String title) {
    String text = String.format(Locale.ROOT, "%n%d  %s", number, title);
    if (json) {
      console.remark(text);
    } else {
      console.line(text);
    }
  }

  private void say(String text) {
    if (json) {
      console.remark("   " + text);
    } else {
      console.line("   " + text);
    }
  }
}
