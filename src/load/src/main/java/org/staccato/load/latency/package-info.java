/**
 * Times single calls one by one and sums them up as histograms, which are read as percentiles and
 * written as {@code .hgrm} files.
 */
@NullMarked
package org.staccato.load.latency;

import org.jspecify.annotations.NullMarked;
