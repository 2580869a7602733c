package org.staccato.format;

import java.lang.foreign.MemorySegment;
import org.staccato.memory.LittleEndian;

/**
 * Searches little-endian floats, in f32 or bf16, for infinities, NaNs and numbers of {@link #LIMIT}
 * and more. Below the limit no sum of products of a network overflows, so that finite weights give
 * finite scores.
 */
final class FiniteCheck {
  /** The exclusive limit of absolute values. */
  static final float LIMIT = 0x1p64f;

  private static final int LIMIT_BITS = Float.floatToRawIntBits(LIMIT);
  private static final int UPPER_LIMIT_BITS = LIMIT_BITS >>> 16;
  private static final int BLOCK = 4096;

  private FiniteCheck() {}

  /**
   * Finds the first number that is not allowed, and pauses between blocks.
   *
   * @return its index, or −1 if all numbers are allowed, as integers always are
   */
  static long firstNotFinite(DataType type, MemorySegment elements, Pace pace) {
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
      pace.pause();
    }
    return -1;
  }

  /** Returns whether a number is finite and below the limit. */
  static boolean isFinite(float value) {
    return Math.abs(value) < LIMIT;
  }

  /** Reads an element as a float. */
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

  // The loop over a block has no branch, so that the compiler vectorises it.
  private static boolean areFloatsFinite(MemorySegment floats, long start, int size) {
    int largest = 0;
    for (int i = 0; i < size; i++) {
      int bits = floats.get(LittleEndian.UNALIGNED_INT, (start + i) * Float.BYTES);
      largest = Math.max(largest, bits & Integer.MAX_VALUE);
    }
    return largest < LIMIT_BITS;
  }

  private static boolean areHalvesFinite(MemorySegment halves, long start, int size) {
    int largest = 0;
    for (int i = 0; i < size; i++) {
      int bits = halves.get(LittleEndian.UNALIGNED_SHORT, (start + i) * Short.BYTES);
      largest = Math.max(largest, bits & Short.MAX_VALUE);
    }
    return largest < UPPER_LIMIT_BITS;
  }
}
