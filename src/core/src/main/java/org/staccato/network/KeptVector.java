package org.staccato.network;

import org.staccato.kernel.Kernels;
import org.staccato.model.Residual;

/**
 * The place of a vector that is kept for a residual connection, until it is added.
 *
 * @param position the offset of its first float within all kept vectors
 * @param groups its groups
 */
record KeptVector(long position, int groups) {

  /** Places the vector of a residual connection behind others. */
  static KeptVector of(Residual residual, long position) {
    return new KeptVector(position, RowOrder.groups(residual.width()));
  }

  /** Returns the offset of the first byte behind it. */
  long end() {
    return position + groups * Kernels.GROUP_BYTES;
  }
}
