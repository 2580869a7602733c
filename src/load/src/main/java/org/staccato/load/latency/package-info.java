/** Times single calls one by one, and keeps their latencies as histograms. */
@NullMarked
package org.staccato.load.latency;

import org.jspecify.annotations.NullMarked;
