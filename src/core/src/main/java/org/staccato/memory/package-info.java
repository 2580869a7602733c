/** Off-heap memory: alignment, ownership and bounds. The only package that opens an arena. */
@NullMarked
package org.staccato.memory;

import org.jspecify.annotations.NullMarked;
