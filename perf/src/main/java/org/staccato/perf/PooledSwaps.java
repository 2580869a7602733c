package org.staccato.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.plot.TimelinePlot;
import org.staccato.load.plot.TimelinePlot.Line;
import org.staccato.load.plot.TimelinePlot.Panel;
import org.staccato.load.plot.TimelinePlot.Unit;
import org.staccato.load.report.MarkdownPage;
import org.staccato.load.scenario.ProcessResources;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/**
 * Measures the effect of swaps on latencies, on open scorers and on memory, while many virtual
 * threads borrow scorers and versions with a large catalogue of textual keys take turns. The
 * requests of each thread arrive at random on a separate schedule, and a latency counts from the
 * intended start of its request.
 */
public final class PooledSwaps {
  private static final int THREADS = 64;
  private static final int IDLE = 8;
  private static final int EMBEDDING = 4;
  private static final int HIDDEN = 16;
  private static final Duration STEADY = Duration.ofSeconds(4);
  private static final int SWAPS_PER_SEGMENT = 50;
  private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();
  private static final List<String> JVM_OPTIONS =
      List.of(
          "--add-modules",
          "jdk.incubator.vector",
          "-Xms1g",
          "-Xmx1g",
          "-XX:+AlwaysPreTouch",
          "-XX:MaxDirectMemorySize=8g");

  private final PooledService service;
  private final double rate;
  private final Recorder recorder = new Recorder(LONGEST_NANOS, 3);
  private final Histogram steady = new Histogram(LONGEST_NANOS, 3);
  private final Histogram swap = new Histogram(LONGEST_NANOS, 3);
  private final Histogram publishing = new Histogram(LONGEST_NANOS, 3);
  private final List<Sample> samples = new ArrayList<>();
  private volatile boolean stopped;

  /** The resources of the process after a segment of swaps. */
  private record Sample(double seconds, long swaps, int readers, long resident, long p99) {}

  private PooledSwaps(PooledService service, double rate) {
    this.service = service;
    this.rate = rate;
  }

  /**
   * Measures and writes {@code pooled-swaps.md} and its plot.
   *
   * @param arguments the folder for the page; the number of swaps; items of the catalogue; requests
   *     a second
   * @throws Exception if a file cannot be read or written, or the thread is interrupted
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 4) {
      System.err.println("usage: PooledSwaps FOLDER SWAPS ITEMS RATE");
      System.exit(2);
    }
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    long swaps = Long.parseLong(arguments[1]);
    int items = Integer.parseInt(arguments[2]);
    double rate = Double.parseDouble(arguments[3]);
    Path models = Files.createTempDirectory("staccato-pooled-");
    try {
      List<Path> versions =
          List.of(
              write(models.resolve("one.safetensors"), 1, items),
              write(models.resolve("other.safetensors"), 2, items));
      long bytes = Files.size(versions.getFirst());
      try (PooledService service = new PooledService(versions, IDLE)) {
        PooledSwaps run = new PooledSwaps(service, rate);
        run.measure(swaps);
        run.plot().write(folder.resolve("pooled-swaps.svg"));
        MarkdownPage page = run.page(arguments, items, bytes);
        page.write(folder.resolve("pooled-swaps.md"));
        System.out.println(page.text());
      }
    } finally {
      for (Path version : list(models)) {
        Files.delete(version);
      }
      Files.delete(models);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static Path write(Path path, long seed, int items) throws IOException {
    ModelSpecification specification =
        RandomNetworks.ranking(
            RandomNetworks.layers(Cell.LSTM, EMBEDDING, HIDDEN), items, ItemKeys.Kind.TEXT, false);
    Weights weights = RandomNetworks.weights(new Random(seed), specification);
    List<String> keys = IntStream.range(0, items).mapToObj(PooledService::key).toList();
    ModelWriter.write(
        path, weights, ItemKeySource.of(keys), new float[items], new int[][] {{1, 2, 3}}, "{}");
    return path;
  }

  private void measure(long swaps) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      threads.add(Thread.ofVirtual().name("request-" + i).start(() -> serve(thread)));
    }
    try {
      // Compile all code before its time counts.
      Thread.sleep(STEADY);
      swapFor(SWAPS_PER_SEGMENT, new Histogram(LONGEST_NANOS, 3));
      recorder.reset();
      long begin = System.nanoTime();
      for (long done = 0; done < swaps; ) {
        Thread.sleep(STEADY);
        steady.add(recorder.getIntervalHistogram());
        int count = (int) Math.min(SWAPS_PER_SEGMENT, swaps - done);
        swapFor(count, publishing);
        Histogram latencies = recorder.getIntervalHistogram();
        swap.add(latencies);
        done += count;
        samples.add(
            new Sample(
                (System.nanoTime() - begin) / 1e9,
                done,
                service.readers(),
                ProcessResources.resident(),
                latencies.getValueAtPercentile(99)));
      }
    } finally {
      stopped = true;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** Runs swaps one after another, each followed by a pause of the same length. */
  private void swapFor(int count, Histogram took) throws Exception {
    for (int i = 0; i < count; i++) {
      long begin = System.nanoTime();
      service.swap();
      long nanos = System.nanoTime() - begin;
      took.recordValue(nanos);
      LockSupport.parkNanos(Math.min(nanos, Duration.ofMillis(100).toNanos()));
    }
  }

  private void serve(int thread) {
    SplittableRandom random = new SplittableRandom(thread);
    double gap = THREADS / rate * 1e9;
    long intended = System.nanoTime();
    for (long request = 0; !stopped; request++) {
      intended += Math.round(-Math.log(1 - random.nextDouble()) * gap);
      for (long left = intended - System.nanoTime(); left > 0 && !stopped; ) {
        LockSupport.parkNanos(left);
        left = intended - System.nanoTime();
      }
      service.serve(request * THREADS + thread);
      recorder.recordValue(Math.clamp(System.nanoTime() - intended, 0, LONGEST_NANOS));
    }
  }

  private TimelinePlot plot() {
    return new TimelinePlot(
        "Swaps under 64 virtual threads that borrow their scorers",
        "after each " + SWAPS_PER_SEGMENT + " swaps",
        values(Sample::seconds),
        List.of(
            panel("p99 with swaps", Unit.NANOSECONDS, "p99", Sample::p99),
            panel("resident memory", Unit.BYTES, "resident", Sample::resident),
            panel("open scorers", Unit.COUNT, "scorers", Sample::readers)),
        List.of());
  }

  private Panel panel(String name, Unit unit, String line, ToDoubleFunction<Sample> value) {
    return new Panel(name, unit, List.of(new Line(line, values(value))));
  }

  private double[] values(ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).toArray();
  }

  private MarkdownPage page(String[] arguments, int items, long bytes) {
    MarkdownPage page =
        new MarkdownPage(
            "Swaps under virtual threads and a large catalogue of textual keys",
            CommandLine.of(JVM_OPTIONS, PooledSwaps.class, List.of(arguments)),
            """
            %,d items with textual keys, %d hidden units, files of %,d bytes, copied. %d virtual threads, %,.0f requests a second in all, at random; each borrows a scorer from a pool, looks an item up
            by its key, records it for one of 100,000 users, scores 50 candidates, and asks a question whose answer by either version is known. Segments of %d s without swaps and of %d swaps, one after the other with a pause as long
            as each took, take turns after a warm-up of both.\
            """,
            items,
            HIDDEN,
            bytes,
            THREADS,
            rate,
            STEADY.toSeconds(),
            SWAPS_PER_SEGMENT);
    LatencySeries steadySeries = new LatencySeries("steady", steady);
    LatencySeries swapSeries = new LatencySeries("swap", swap);
    page.picture("timeline", "pooled-swaps.svg")
        .paragraph("Latencies count from the intended start of a request.")
        .latencyTable()
        .latencies(steadySeries)
        .latencies(swapSeries)
        .ratios(swapSeries, steadySeries);
    page.table(
            "swaps",
            "errors",
            "of the first version",
            "of the second",
            "of neither",
            "first acquires on a version",
            "longest of them µs",
            "publishing p50 ms",
            "max ms")
        .row(
            "%,d | %,d | %,d | %,d | %,d | %,d | %.1f | %.1f | %.1f",
            samples.getLast().swaps,
            service.errors(),
            service.answersOf(0),
            service.answersOf(1),
            service.foreign(),
            service.firstAcquires(),
            service.longestFirstAcquire() / 1e3,
            publishing.getValueAtPercentile(50) / 1e6,
            publishing.getMaxValue() / 1e6);
    page.table("", "open scorers", "resident MB");
    for (Sample sample : List.of(samples.getFirst(), samples.getLast())) {
      page.row("after %,d swaps | %d | %.1f", sample.swaps, sample.readers, sample.resident / 1e6);
    }
    return page;
  }
}
