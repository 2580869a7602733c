package org.staccato.live;

import java.time.Duration;

/**
 * The counts and sizes of a model at one moment.
 *
 * @param versions the versions in memory: the one that is served, the one before, which is kept for
 *     rolling back, and those that wait for their last lease
 * @param readers the scorers that are open
 * @param oldestLease the longest wait for a last lease so far, zero if no version waits
 * @param bytes the bytes of weight files mapped and of native memory for copies
 * @param loaded the number of versions that were loaded
 * @param retired the number of versions that were retired
 * @param rejected the number of files that were rejected
 */
public record LiveGauges(
    int versions,
    int readers,
    Duration oldestLease,
    long bytes,
    long loaded,
    long retired,
    long rejected) {}
