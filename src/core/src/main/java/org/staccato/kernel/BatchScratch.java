package org.staccato.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.memory.OffHeap;

/**
 * The scratch of {@link Kernels#addProducts}. Confined to one thread at a time.
 *
 * @param slice room for the weights of half the rows of a block, as floats
 * @param products room for the products of a block with {@link Kernels#BATCH} vectors
 */
public record BatchScratch(MemorySegment slice, Vectors products) {

  /**
   * Allocates scratch, or reuses scratch that is large enough.
   *
   * @param inputs the most inputs of a matrix
   * @param before scratch that is not used any more, or null
   * @return scratch for matrices of up to this number of inputs
   */
  public static BatchScratch of(int inputs, @Nullable BatchScratch before) {
    MemorySegment none = MemorySegment.NULL;
    long bytes = Panels.padded(inputs) * Panels.ROW_BYTES / 2;
    MemorySegment slice = OffHeap.atLeast(bytes, before == null ? none : before.slice);
    return new BatchScratch(
        slice,
        before == null
            ? new Vectors(OffHeap.allocate(Kernels.BATCH * Panels.ROW_BYTES), 0, Panels.ROW_BYTES)
            : before.products);
  }
}
