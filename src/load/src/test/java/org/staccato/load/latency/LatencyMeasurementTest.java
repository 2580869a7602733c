package org.staccato.load.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyMeasurementTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  /** Counts how often it is prepared and run. */
  private static final class Counted implements TimedAction {
    private long prepared;
    private long run;

    @Override
    public void prepare() {
      prepared++;
    }

    @Override
    public void run() {
      run++;
    }
  }

  @Test
  void recordsOnlyTheCallsAfterTheWarmUp() {
    Counted action = new Counted();
    LatencySeries series = new LatencyMeasurement(SHORT, SHORT).measure("count", action);
    assertEquals(action.run, action.prepared);
    assertTrue(series.count() >= 1 && series.count() < action.run);
    assertEquals("count", series.name());
  }

  @Test
  void percentilesRiseToTheLongestCall() {
    LatencySeries series = LatencyMeasurement.timer(SHORT);
    long previous = 0;
    for (double percentile : new double[] {0, 50, 90, 99, 99.9, 99.99, 100}) {
      long nanos = series.nanosAt(percentile);
      assertTrue(nanos >= previous, percentile + " %: " + nanos + " ns after " + previous + " ns");
      previous = nanos;
    }
    assertEquals(series.maxNanos(), previous);
    assertTrue(series.meanNanos() <= series.maxNanos());
  }

  @Test
  void aSlowCallIsSeenInTheMaximum() {
    TimedAction slow =
        () -> {
          long until = System.nanoTime() + 2_000_000;
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
        };
    LatencySeries series =
        new LatencyMeasurement(Duration.ZERO, Duration.ofMillis(1)).measure("slow", slow);
    assertTrue(series.maxNanos() >= 1_990_000, series.maxNanos() + " ns");
    assertEquals(1, series.count());
  }

  @Test
  void writesAnHgrmFileInMicroseconds(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("timer.hgrm");
    LatencyMeasurement.timer(SHORT).writePercentiles(file);
    String text = Files.readString(file);
    assertTrue(text.contains("Percentile"), text);
    assertTrue(text.contains("#[Max"), text);
  }

  @Test
  void refusesLengthsThatMeasureNothing() {
    assertThrows(
        IllegalArgumentException.class, () -> new LatencyMeasurement(SHORT, Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class, () -> new LatencyMeasurement(SHORT.negated(), SHORT));
  }
}
