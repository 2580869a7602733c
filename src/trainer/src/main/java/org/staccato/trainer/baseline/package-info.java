/**
 * Counting models without learned weights, with which every learned model is compared in reports.
 */
@NullMarked
package org.staccato.trainer.baseline;

import org.jspecify.annotations.NullMarked;
