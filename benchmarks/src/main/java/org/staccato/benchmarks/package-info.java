/** Placeholder. */
@NullMarked
package org.staccato.benchmarks;

import org.jspecify.annotations.NullMarked;
