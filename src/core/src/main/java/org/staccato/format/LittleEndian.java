package org.staccato.format;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How the elements of aligned tensors lie in a file, whatever the machine's own byte order. */
final class LittleEndian {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** For memory of a caller, which need not be aligned. */
  static final ValueLayout.OfInt UNALIGNED_INT = INT.withByteAlignment(1);

  private LittleEndian() {}
}
