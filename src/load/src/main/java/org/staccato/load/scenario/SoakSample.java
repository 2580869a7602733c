package org.staccato.load.scenario;

import org.staccato.load.openloop.Interval;

/**
 * What was measured at the end of a second of a soak.
 *
 * @param seconds when, from the beginning
 * @param interval what was served in it
 * @param residentBytes the resident memory of the process
 * @param heapBytes the used heap, garbage included
 * @param versions the versions in memory
 * @param weightBytes the bytes of weights mapped or copied
 * @param loaded how many versions were loaded so far
 * @param rejected how many files were rejected so far
 * @param users the users in the table
 */
public record SoakSample(
    double seconds,
    Interval interval,
    long residentBytes,
    long heapBytes,
    int versions,
    long weightBytes,
    long loaded,
    long rejected,
    long users) {}
