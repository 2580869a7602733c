package org.staccato.load.openloop;

import org.HdrHistogram.Histogram;

/**
 * What was served in a short time.
 *
 * @param endNanos its end on the clock of the loop
 * @param count the requests that ended in it
 * @param p50 their median latency in nanoseconds
 * @param p99 the latency that 99 % of them did not exceed
 * @param max the longest
 */
public record Interval(long endNanos, long count, long p50, long p99, long max) {

  static Interval of(long endNanos, Histogram latencies) {
    return new Interval(
        endNanos,
        latencies.getTotalCount(),
        latencies.getValueAtPercentile(50),
        latencies.getValueAtPercentile(99),
        latencies.getMaxValue());
  }
}
