package org.staccato.load.latency;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.staccato.storage.AtomicFile;

/**
 * The latencies of one action, in nanoseconds, to three significant digits. Immutable, and
 * therefore thread-safe.
 */
public final class LatencySeries {
  /** The number of lines of an {@code .hgrm} file per halving of the distance to 100 %. */
  private static final int TICKS_PER_HALF_DISTANCE = 5;

  private final String name;
  private final Histogram histogram;

  /**
   * Names recorded latencies.
   *
   * @param name the name of the action
   * @param histogram its latencies in nanoseconds, which the caller must not change afterwards
   */
  public LatencySeries(String name, Histogram histogram) {
    this.name = name;
    this.histogram = histogram;
  }

  /** {@return the name of the action} */
  public String name() {
    return name;
  }

  /** {@return the number of calls recorded} */
  public long count() {
    return histogram.getTotalCount();
  }

  /**
   * Looks up a percentile.
   *
   * @param percentile from 0 to 100
   * @return the latency in nanoseconds that this share of the calls did not exceed
   */
  public long nanosAt(double percentile) {
    return histogram.getValueAtPercentile(percentile);
  }

  /**
   * Compares these latencies with others.
   *
   * @param other the others
   * @param percentile from 0 to 100
   * @return the latency at this percentile, divided by that of the others
   */
  public double ratioTo(LatencySeries other, double percentile) {
    return (double) nanosAt(percentile) / Math.max(1, other.nanosAt(percentile));
  }

  /** {@return the longest call, in nanoseconds} */
  public long maxNanos() {
    return histogram.getMaxValue();
  }

  /** {@return the mean of all calls, in nanoseconds} */
  public double meanNanos() {
    return histogram.getMean();
  }

  /**
   * Writes the whole distribution in HdrHistogram's percentile format, values in microseconds.
   *
   * @param path the {@code .hgrm} file to write; an existing one is replaced
   * @throws IOException if it cannot be written
   */
  public void writePercentiles(Path path) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      histogram.outputPercentileDistribution(out, TICKS_PER_HALF_DISTANCE, 1000.0);
    }
    AtomicFile.writeText(path, bytes.toString(StandardCharsets.UTF_8));
  }
}
