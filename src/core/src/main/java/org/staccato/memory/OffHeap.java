package org.staccato.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory for scratch and states: zeroed, 64-byte aligned, readable and writable by every
 * thread, and freed by the garbage collector once no segment refers to it.
 *
 * <p>Ownership is reachability: memory needs no close, and no use after free is possible. Every
 * access through a segment is checked against its bounds. Allocation is slow; allocate once, then
 * reuse.
 */
public final class OffHeap {

  /** The alignment of all off-heap memory in bytes: one cache line, and one 512-bit vector. */
  public static final int ALIGNMENT = 64;

  private static final Class<?> SEGMENT_CLASS = allocate(ALIGNMENT).getClass();

  private OffHeap() {}

  /**
   * {@return the class of all segments that this class allocates} Code that C2 must compile well
   * compares with it, see {@code VectorKernels}.
   */
  public static Class<?> segmentClass() {
    return SEGMENT_CLASS;
  }

  /**
   * Allocates zeroed memory.
   *
   * @param byteSize the number of bytes, not negative; rounded up to a multiple of {@link
   *     #ALIGNMENT}
   * @return a segment of the rounded size
   * @throws IllegalArgumentException if the size is negative or cannot be rounded up
   */
  public static MemorySegment allocate(long byteSize) {
    return Arena.ofAuto().allocate(align(byteSize), ALIGNMENT);
  }

  /**
   * Returns the given memory if it is large enough, or allocates new memory. Memory that is sized
   * by one version after the other grows to the largest of them, not with their number.
   *
   * @param byteSize the number of bytes that are needed
   * @param before memory of {@link #allocate}, whose contents are kept, or {@link
   *     MemorySegment#NULL}
   * @return {@code before}, or zeroed memory
   * @throws IllegalArgumentException if the size is negative or cannot be rounded up
   */
  public static MemorySegment atLeast(long byteSize, MemorySegment before) {
    return before.byteSize() < byteSize ? allocate(byteSize) : before;
  }

  /**
   * Allocates zeroed memory for floats.
   *
   * @param count the number of floats, not negative; rounded up to a multiple of 16
   * @return a segment of the rounded size
   * @throws IllegalArgumentException if the count is negative or its bytes overflow a long
   */
  public static MemorySegment allocateFloats(long count) {
    if (count < 0 || count > Long.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException("floats: found " + count + ", expected 0 or more");
    }
    return allocate(count * Float.BYTES);
  }

  /**
   * Rounds a size or an offset up to the alignment.
   *
   * @param bytes a number of bytes, not negative
   * @return the least multiple of {@link #ALIGNMENT} that is not below it
   * @throws IllegalArgumentException if the number is negative or its multiple overflows a long
   */
  public static long align(long bytes) {
    if (bytes < 0 || bytes > Long.MAX_VALUE - (ALIGNMENT - 1)) {
      throw new IllegalArgumentException("bytes: found " + bytes + ", expected 0 or more");
    }
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
