package org.staccato.live;

import java.time.Duration;

/**
 * What a model holds at one moment.
 *
 * @param versions the versions in memory: the one that is served, the one before, which is kept for
 *     rolling back, and those that wait for their last lease
 * @param readers the scorers that are open
 * @param oldestLease how long the longest wait for a last lease has lasted, zero if none waits
 * @param bytes the bytes of weight files mapped and of native memory for copies
 * @param loaded how many versions were loaded
 * @param retired how many were retired
 * @param rejected how many files were rejected
 */
public record LiveGauges(
    int versions,
    int readers,
    Duration oldestLease,
    long bytes,
    long loaded,
    long retired,
    long rejected) {}
