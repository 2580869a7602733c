package org.staccato.format;

import java.lang.foreign.MemorySegment;
import org.staccato.memory.LittleEndian;

/** Looks for infinities and NaNs among little-endian floats, whole or halved to bf16. */
final class FiniteCheck {
  private static final int EXPONENT = 0x7f800000;
  private static final int UPPER_EXPONENT = EXPONENT >>> 16;
  private static final int BLOCK = 4096;

  private FiniteCheck() {}

  /**
   * Finds the first number whose exponent bits are all set.
   *
   * @return its index, or −1 if all are finite, as all integers are
   */
  static long firstNotFinite(DataType type, MemorySegment elements) {
    if (type != DataType.F32 && type != DataType.BF16) {
      return -1;
    }
    long count = elements.byteSize() / type.byteSize();
    for (long start = 0; start < count; start += BLOCK) {
      int size = (int) Math.min(BLOCK, count - start);
      if (!isFinite(type, elements, start, size)) {
        for (long i = start; ; i++) {
          if (!isFinite(type, elements, i, 1)) {
            return i;
          }
        }
      }
    }
    return -1;
  }

  /** An element as a float. */
  static float value(DataType type, MemorySegment elements, long index) {
    return Float.intBitsToFloat(
        type == DataType.F32
            ? elements.get(LittleEndian.UNALIGNED_INT, index * Float.BYTES)
            : elements.get(LittleEndian.UNALIGNED_SHORT, index * Short.BYTES) << 16);
  }

  private static boolean isFinite(DataType type, MemorySegment elements, long start, int size) {
    return type == DataType.F32
        ? areFloatsFinite(elements, start, size)
        : areHalvesFinite(elements, start, size);
  }

  // Blocks without a branch inside, which the compiler can keep in vector registers.
  private static boolean areFloatsFinite(MemorySegment floats, long start, int size) {
    int largest = 0;
    for (int i = 0; i < size; i++) {
      int bits = floats.get(LittleEndian.UNALIGNED_INT, (start + i) * Float.BYTES);
      largest = Math.max(largest, bits & EXPONENT);
    }
    return largest != EXPONENT;
  }

  private static boolean areHalvesFinite(MemorySegment halves, long start, int size) {
    int largest = 0;
    for (int i = 0; i < size; i++) {
      int bits = halves.get(LittleEndian.UNALIGNED_SHORT, (start + i) * Short.BYTES);
      largest = Math.max(largest, bits & UPPER_EXPONENT);
    }
    return largest != UPPER_EXPONENT;
  }
}
