/**
 * Load on an open loop: requests that arrive when they arrive, however long the ones before take,
 * while the model is swapped under them.
 */
@NullMarked
package org.staccato.perf.load;

import org.jspecify.annotations.NullMarked;
