/**
 * Latency as histograms: single calls timed one by one, summed up as percentiles, written as {@code
 * .hgrm} files and drawn as a percentile plot.
 */
@NullMarked
package org.staccato.perf;

import org.jspecify.annotations.NullMarked;
