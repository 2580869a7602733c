package org.staccato.load.scenario;

import org.staccato.live.LiveGauges;
import org.staccato.load.latency.Interval;

/**
 * The measurements at the end of a second of a soak.
 *
 * @param seconds the time from the beginning
 * @param interval the requests that were served in this second
 * @param residentBytes the resident memory of the process
 * @param heapBytes the used heap, garbage included
 * @param gauges the gauges of the model
 * @param users the users in the table
 */
public record SoakSample(
    double seconds,
    Interval interval,
    long residentBytes,
    long heapBytes,
    LiveGauges gauges,
    long users) {}
