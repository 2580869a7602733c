package org.staccato.format;

import java.lang.foreign.MemorySegment;

/** Looks for infinities and NaNs among little-endian floats. */
final class FiniteCheck {
  private static final int EXPONENT = 0x7f800000;
  private static final int BLOCK = 4096;

  private FiniteCheck() {}

  /**
   * Finds the first float whose exponent bits are all set.
   *
   * @return its index, or −1 if all are finite
   */
  static long firstNotFinite(MemorySegment floats) {
    long count = floats.byteSize() / Float.BYTES;
    for (long start = 0; start < count; start += BLOCK) {
      int size = (int) Math.min(BLOCK, count - start);
      if (!isFinite(floats, start, size)) {
        for (long i = start; ; i++) {
          if (!isFinite(floats, i, 1)) {
            return i;
          }
        }
      }
    }
    return -1;
  }

  // A block without a branch inside, which the compiler can keep in vector registers.
  private static boolean isFinite(MemorySegment floats, long start, int size) {
    int largest = 0;
    for (int i = 0; i < size; i++) {
      int bits = floats.get(LittleEndian.UNALIGNED_INT, (start + i) * Float.BYTES);
      largest = Math.max(largest, bits & EXPONENT);
    }
    return largest != EXPONENT;
  }
}
