/**
 * Makes weight files: packs what a trainer holds, folds what depends on an item alone, computes
 * golden samples with the reference network, and converts files to other types.
 */
@NullMarked
package org.staccato.export;

import org.jspecify.annotations.NullMarked;
