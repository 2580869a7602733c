package org.staccato.kernel.vector;

import org.staccato.memory.FileMapping;
import org.staccato.memory.OffHeap;

/**
 * The classes of the two kinds of memory that kernels take, as constants to C2. Initialised by the
 * first kernel that is called, when a weight file has been mapped.
 */
final class SegmentKinds {
  static final Class<?> MAPPED = FileMapping.segmentClass();
  static final Class<?> NATIVE = OffHeap.segmentClass();

  private SegmentKinds() {}

  static IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "weights must lie in the mapping of a weight file, everything else in native memory");
  }
}
