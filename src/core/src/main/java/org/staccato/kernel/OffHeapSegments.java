package org.staccato.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.staccato.memory.OffHeap;

/**
 * Tells C2 what kind of memory a segment is.
 *
 * <p>The type profiles inside the JDK's memory access see every segment of the process, mapped,
 * native and heap, and code that trusts them tests the class at each access: the vector products
 * took 2.4 times as long, and scalar steps so long that a warm-up took them for code that is not
 * compiled. A cast to the class of native segments, which mapped ones extend, settles it once,
 * before the loop.
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
   * Returns the segment, for methods that read weights with vectors only.
   *
   * <p>A read of a mapped file that became shorter is a bus error, which the JVM turns into an
   * {@link InternalError} if the compiled code has an ordinary access to memory outside the heap,
   * and otherwise into its end: vector accesses do not count (HotSpot's {@code
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
