package org.staccato.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.staccato.memory.OffHeap;

/**
 * Tells C2 the kind of memory of a segment.
 *
 * <p>The type profiles inside the JDK's memory access see every segment of the process, mapped,
 * native and heap, and code that trusts them tests the class at each access: the vector products
 * took 2.4 times as long, and scalar steps took so long that a warm-up considered them not
 * compiled. A cast to the class of native segments, which mapped segments extend, decides this
 * once, before the loop.
 */
public final class OffHeapSegments {
  private static final Class<?> NATIVE = OffHeap.segmentClass();

  private OffHeapSegments() {}

  /**
   * Returns the segment.
   *
   * @param segment a segment of native or mapped memory
   * @return the same segment
   * @throws ClassCastException if it is a heap segment
   */
  public static MemorySegment offHeap(MemorySegment segment) {
    return (MemorySegment) NATIVE.cast(segment);
  }

  /**
   * Returns the segment, for methods whose only reads of weights use vectors.
   *
   * <p>A read of a mapped file that became shorter is a bus error. The JVM turns it into an {@link
   * InternalError} if the compiled code has an ordinary access to memory outside the heap, and
   * otherwise the JVM ends: vector accesses do not count (HotSpot's {@code
   * nmethod::has_unsafe_access}, which C2 sets where it inlines {@code Unsafe}). The ordinary read
   * here counts; its value is not used, so C2 leaves no instruction of it.
   *
   * @param segment a segment of native or mapped memory
   * @param position the offset of a byte of it
   * @return the same segment
   * @throws ClassCastException if it is a heap segment
   */
  public static MemorySegment guarded(MemorySegment segment, long position) {
    MemorySegment own = offHeap(segment);
    own.get(ValueLayout.JAVA_BYTE, position);
    return own;
  }
}
