package org.staccato.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.staccato.LiveModel;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileSlots;
import org.staccato.live.OpenOptions;
import org.staccato.load.scenario.ShiftedCopy;
import org.staccato.network.GoldenScratch;
import org.staccato.network.Network;

/**
 * Measures the time of each part of a publication alone and without pauses, and of the whole with
 * the pauses that leave the core to other threads. Runs on one thread, with all code compiled.
 */
public final class PublishParts {
  private static final int WARM_UP = 200;
  private static final int RUNS = 200;
  private static final float SHIFT = 0.5f;

  private PublishParts() {}

  /** A part of a publication. */
  private interface Part {
    void run() throws IOException;
  }

  /**
   * Measures and prints a table.
   *
   * @param arguments a weight file of a ranking
   * @throws IOException if the file cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      System.err.println("usage: PublishParts FILE");
      System.exit(2);
    }
    Path model = Path.of(arguments[0]);
    Path other = Files.createTempFile("staccato-other-", ".safetensors");
    try (WeightFileSlots slots = new WeightFileSlots();
        LiveModel live = LiveModel.open(model, OpenOptions.COPY)) {
      ShiftedCopy.write(model, other, SHIFT);
      System.out.printf(
          Locale.ROOT,
          "%s, %,d bytes, medians of %d after %d%n",
          model.getFileName(),
          Files.size(model),
          RUNS,
          WARM_UP);
      String digest = live.version().digest();
      print("digest, from the disk", () -> WeightFile.matches(model, digest, Pace.full()));
      print("copy, header, digest, finiteness", () -> slots.open(model, Pace.full()).close());
      try (WeightFile file = slots.open(model, Pace.full())) {
        Network network = Network.openUnchecked(file, Pace.full());
        GoldenScratch scratch = new GoldenScratch();
        print("network, item keys", () -> Network.openUnchecked(file, Pace.full()));
        print("golden samples", () -> network.check(file, scratch, Long.MAX_VALUE, Pace.full()));
      }
      List<Path> versions = new ArrayList<>(List.of(other, model));
      print(
          "a publication in a share of "
              + OpenOptions.FOLLOW.share()
              + " of a core, the warm-up of compiled code and all pauses included",
          () -> {
            live.publish(versions.getFirst());
            versions.add(versions.removeFirst());
          });
    } finally {
      Files.delete(other);
    }
  }

  private static void print(String name, Part part) throws IOException {
    Histogram histogram = new Histogram(3);
    for (int i = 0; i < WARM_UP + RUNS; i++) {
      long start = System.nanoTime();
      part.run();
      if (i >= WARM_UP) {
        histogram.recordValue(System.nanoTime() - start);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.3f ms | p99 %.3f ms |%n",
        name,
        histogram.getValueAtPercentile(50) / 1e6,
        histogram.getValueAtPercentile(99) / 1e6);
  }
}
