package org.staccato.load.openloop;

import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.staccato.load.latency.Interval;

/**
 * What came of a load.
 *
 * @param latencies all latencies, each from the intended start of its request
 * @param beginNanos when it began, on the clock of the loop
 * @param intervals what was served, interval by interval
 * @param errors the requests that failed
 * @param firstError why the first of them did
 */
public record LoadResult(
    Histogram latencies,
    long beginNanos,
    List<Interval> intervals,
    long errors,
    Optional<Exception> firstError) {}
