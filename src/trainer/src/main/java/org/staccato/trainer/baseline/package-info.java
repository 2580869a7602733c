/** Counting models without learned weights, beside which every learned model is reported. */
@NullMarked
package org.staccato.trainer.baseline;

import org.jspecify.annotations.NullMarked;
