/** Turns logs of behaviour into trained and evaluated weight files. */
@NullMarked
package org.staccato.trainer;

import org.jspecify.annotations.NullMarked;
