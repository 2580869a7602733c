/**
 * Draws latencies over percentiles, measurements over time and values as bars, all in one style.
 */
@NullMarked
package org.staccato.load.plot;

import org.jspecify.annotations.NullMarked;
