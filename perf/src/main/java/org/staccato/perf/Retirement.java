package org.staccato.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.report.MarkdownPage;

/**
 * Measures the effect of each way to load and release a weight file on a thread that scores another
 * model meanwhile. The figures of ADR 8 come from this program.
 */
public final class Retirement {

  /** A way to load and retire. */
  private enum Way {
    NOTHING("nothing is loaded"),
    SHARED_MAPPING("mapped in a shared arena, which is closed"),
    SHARED_COPY("copied into a shared arena, which is closed"),
    COLLECTED_MAPPING("mapped in an arena that is left to the garbage collector"),
    SLOT("copied into memory that is kept");

    private final String description;

    Way(String description) {
      this.description = description;
    }

    void run(Path file, MemorySegment slot) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        switch (this) {
          case NOTHING -> {}
          case SHARED_MAPPING -> {
            try (Arena arena = Arena.ofShared()) {
              channel.map(MapMode.READ_ONLY, 0, channel.size(), arena).load();
            }
          }
          case SHARED_COPY -> {
            try (Arena arena = Arena.ofShared()) {
              channel.read(arena.allocate(channel.size(), 64).asByteBuffer());
            }
          }
          case COLLECTED_MAPPING ->
              channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()).load();
          case SLOT -> channel.read(slot.asByteBuffer());
        }
      }
    }
  }

  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 10_000_000_000L;
  private static final long PERIOD_MILLIS = 20;
  private static final long INTERVAL_NANOS = 100_000;

  private static volatile boolean stop;

  private Retirement() {}

  /**
   * Measures and writes {@code retirement.md}.
   *
   * @param arguments a weight file of a ranking; the folder for the page
   * @throws IOException if the file cannot be read or the page cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 2) {
      System.err.println("usage: Retirement FILE FOLDER");
      System.exit(2);
    }
    Path file = Path.of(arguments[0]);
    Map<Way, Histogram> results = new EnumMap<>(Way.class);
    try (LiveModel live = LiveModel.open(file)) {
      for (int round = 0; round <= ROUNDS; round++) {
        for (Way way : Way.values()) {
          Histogram histogram = measure(live, way, file);
          // The first round warms up.
          if (round > 0) {
            results.computeIfAbsent(way, w -> new Histogram(3)).add(histogram);
          }
        }
      }
    }
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    page(file, results).write(folder.resolve("retirement.md"));
  }

  private static Histogram measure(LiveModel live, Way way, Path file)
      throws IOException, InterruptedException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment slot = arena.allocate(Files.size(file), 64);
      stop = false;
      Thread loader = Thread.ofPlatform().daemon().start(() -> load(way, file, slot));
      Histogram histogram = score(live);
      stop = true;
      loader.join();
      return histogram;
    }
  }

  private static void load(Way way, Path file, MemorySegment slot) {
    try {
      while (!stop) {
        Thread.sleep(PERIOD_MILLIS);
        way.run(file, slot);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Histogram score(LiveModel live) {
    Scorer scorer = live.newScorer();
    UserState user = scorer.newState();
    Ranked ranked = new Ranked(10);
    int items = live.itemKeys().size();
    Histogram histogram = new Histogram(60_000_000_000L, 3);
    long start = System.nanoTime();
    long intended = start;
    for (int event = 0; intended - start < ROUND_NANOS; event++) {
      while (System.nanoTime() < intended) {
        Thread.onSpinWait();
      }
      scorer.step(user, (int) (event * 7919L % items));
      scorer.topK(user, 10, ranked);
      histogram.recordValue(System.nanoTime() - intended);
      intended += INTERVAL_NANOS;
    }
    return histogram;
  }

  private static MarkdownPage page(Path file, Map<Way, Histogram> results) throws IOException {
    MarkdownPage page =
        new MarkdownPage(
            "The effect of retiring a version on those who score",
            CommandLine.of(
                List.of("--add-modules", "jdk.incubator.vector"),
                Retirement.class,
                List.of(file.getFileName(), "perf/results")),
            """
            One thread answers %,d requests a second, each a step and the ten best, timed from its intended start; every %d ms another
            thread loads the same file, %,d bytes, and lets go of it. %d rounds of %d s each after one to warm up; the ways take turns.\
            """,
            1_000_000_000L / INTERVAL_NANOS,
            PERIOD_MILLIS,
            Files.size(file),
            ROUNDS,
            ROUND_NANOS / 1_000_000_000L);
    page.latencyTable();
    results.forEach(
        (way, histogram) -> page.latencies(new LatencySeries(way.description, histogram)));
    return page;
  }
}
