/** Makes the log of an imaginary shop, in which the next item depends on more than the last one. */
@NullMarked
package org.staccato.trainer.shop;

import org.jspecify.annotations.NullMarked;
