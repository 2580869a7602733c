/** Turns logs of what people did into trained and evaluated weight files. */
@NullMarked
package org.staccato.trainer;

import org.jspecify.annotations.NullMarked;
