/**
 * Makes weight files: packs the weights of a trainer, folds the part that depends on an item alone,
 * computes golden samples with the reference network, and converts files to other types.
 */
@NullMarked
package org.staccato.export;

import org.jspecify.annotations.NullMarked;
