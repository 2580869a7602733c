/** Placeholder. */
@NullMarked
package org.staccato.trainer;

import org.jspecify.annotations.NullMarked;
