/**
 * Turns an event log into sequences of item indices and splits them for training and evaluation.
 */
@NullMarked
package org.staccato.trainer.sequence;

import org.jspecify.annotations.NullMarked;
