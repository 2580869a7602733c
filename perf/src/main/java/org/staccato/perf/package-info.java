/** Placeholder. */
@NullMarked
package org.staccato.perf;

import org.jspecify.annotations.NullMarked;
