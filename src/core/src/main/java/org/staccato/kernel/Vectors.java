package org.staccato.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Vectors of floats side by side: the inputs of a batch, or its sums.
 *
 * @param memory the memory of the vectors, off the heap
 * @param offset the offset of the first float of the first vector, in bytes
 * @param stride the bytes from a vector to the next
 */
public record Vectors(MemorySegment memory, long offset, long stride) {}
