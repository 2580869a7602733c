package org.staccato.load.openloop;

import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.staccato.load.latency.Interval;

/**
 * The latencies and the failures of a load.
 *
 * @param latencies all latencies in nanoseconds, each from the intended start of its request
 * @param beginNanos the start of the load, on the clock of the loop
 * @param intervals the latencies of each interval
 * @param errors the number of requests that failed
 * @param firstError the failure of the first such request
 */
public record LoadResult(
    Histogram latencies,
    long beginNanos,
    List<Interval> intervals,
    long errors,
    Optional<Exception> firstError) {}
