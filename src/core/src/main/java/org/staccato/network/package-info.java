/** Recurrent networks over packed weights: packing, cells, stacks and heads. */
@NullMarked
package org.staccato.network;

import org.jspecify.annotations.NullMarked;
