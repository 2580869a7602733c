/** Draws latencies over percentiles and measurements over time as self-contained SVG pictures. */
@NullMarked
package org.staccato.load.plot;

import org.jspecify.annotations.NullMarked;
