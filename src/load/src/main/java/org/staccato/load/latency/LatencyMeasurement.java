package org.staccato.load.latency;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * Times single calls of an action, one after the other, on the calling thread.
 *
 * <p>The loop is closed: a call starts when the one before has ended. The latency is therefore the
 * service time of a call, without the time that a request spends in a queue. Two readings of {@link
 * System#nanoTime()} time each call, and their own cost is part of each value; {@link
 * #timer(Duration)} measures it, so that a report can state it beside the figures.
 *
 * <p>The loop allocates nothing while it times calls.
 */
public final class LatencyMeasurement {
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Duration warmUp;
  private final Duration duration;

  /**
   * Creates a measurement of a given length.
   *
   * @param warmUp the time for which the action is called before its calls are recorded
   * @param duration the time for which its calls are recorded
   * @throws IllegalArgumentException if the warm-up is negative or the duration is not positive
   */
  public LatencyMeasurement(Duration warmUp, Duration duration) {
    if (warmUp.isNegative()) {
      throw new IllegalArgumentException("warm-up: found " + warmUp + ", expected 0 or more");
    }
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("duration: found " + duration + ", expected more than 0");
    }
    this.warmUp = warmUp;
    this.duration = duration;
  }

  /**
   * Calls the action until the warm-up and then the duration have passed; at least one call is
   * recorded.
   *
   * @param name the name of the series
   * @param action the action
   * @return the recorded latencies
   */
  public LatencySeries measure(String name, TimedAction action) {
    Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
    histogram.setAutoResize(true);
    // A large value makes the histogram grow before the calls are timed, so that recording does
    // not allocate.
    histogram.recordValue(Duration.ofMinutes(1).toNanos());
    record(action, histogram, warmUp);
    histogram.reset();
    record(action, histogram, duration);
    return new LatencySeries(name, histogram);
  }

  /**
   * Measures the timer itself: two readings with nothing between them.
   *
   * @param duration the time for which readings are recorded, after a warm-up as long
   * @return the recorded latencies, under the name {@code timer}
   */
  public static LatencySeries timer(Duration duration) {
    return new LatencyMeasurement(duration, duration).measure("timer", () -> {});
  }

  private static void record(TimedAction action, Histogram histogram, Duration duration) {
    long begin = System.nanoTime();
    long nanos = duration.toNanos();
    long end;
    do {
      action.prepare();
      long start = System.nanoTime();
      action.run();
      end = System.nanoTime();
      histogram.recordValue(end - start);
    } while (end - begin < nanos);
  }
}
