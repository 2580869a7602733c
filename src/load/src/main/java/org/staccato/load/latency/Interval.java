package org.staccato.load.latency;

import org.HdrHistogram.Histogram;

/**
 * The latencies of the requests that ended within a short time, summed up.
 *
 * @param endNanos the end of the interval, on the clock of the measurement
 * @param count the number of requests
 * @param p50 their median latency in nanoseconds
 * @param p99 the latency in nanoseconds that 99 % of them did not exceed
 * @param max the longest latency in nanoseconds
 */
public record Interval(long endNanos, long count, long p50, long p99, long max) {

  /**
   * Sums latencies up.
   *
   * @param endNanos the end of the interval
   * @param latencies the latencies in nanoseconds
   * @return the interval
   */
  public static Interval of(long endNanos, Histogram latencies) {
    return new Interval(
        endNanos,
        latencies.getTotalCount(),
        latencies.getValueAtPercentile(50),
        latencies.getValueAtPercentile(99),
        latencies.getMaxValue());
  }
}
