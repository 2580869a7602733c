/**
 * Makes the log of an imaginary shop, in which what comes next depends on more than the last item.
 */
@NullMarked
package org.staccato.trainer.shop;

import org.jspecify.annotations.NullMarked;
