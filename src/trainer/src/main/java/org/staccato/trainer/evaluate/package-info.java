/** Measures next-item models by ranking the whole catalogue. */
@NullMarked
package org.staccato.trainer.evaluate;

import org.jspecify.annotations.NullMarked;
