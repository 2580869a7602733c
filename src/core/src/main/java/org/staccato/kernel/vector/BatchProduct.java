package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.OffHeapSegments.guarded;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.staccato.kernel.Vectors;

/**
 * Products of a block with four vectors at once: each weight is loaded once for four fused
 * multiply-adds, so that arithmetic limits their speed, not bytes.
 *
 * <p>They add in the order of {@link FloatProduct} and give its bits: the even inputs, then the odd
 * ones from 0, then both. A method for each leaves eight accumulators, which sixteen registers hold
 * with the weights; both parities in one loop spill at 256 bits, and two loops in one method are so
 * large that C2 stops inlining in some JVMs, where they then take fifty times as long.
 */
final class BatchProduct {

  /** The rows that a call takes, as the bytes of a float for each. */
  static final long SLICE = 2 * BYTES;

  private static final long LINE_BYTES = 64;

  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(VectorLayout.LITTLE);

  private BatchProduct() {}

  /**
   * Copies a slice of a block to the start of scratch, without gaps, so that a slice that is
   * multiplied more than once stays in the first cache: in the block its lines are so far apart
   * that with 128 inputs they fill the few places that the cache has for them, and evict each
   * other.
   */
  static void pack(MemorySegment weights, long from, int inputs, MemorySegment slice) {
    MemorySegment w = guarded(weights, from);
    MemorySegment s = offHeap(slice);
    for (int i = 0; i < inputs; i++) {
      long row = from + i * ROW_BYTES;
      long target = i * SLICE;
      fromMemorySegment(FLOATS, w, row, LITTLE).intoMemorySegment(s, target, LITTLE);
      fromMemorySegment(FLOATS, w, row + BYTES, LITTLE)
          .intoMemorySegment(s, target + BYTES, LITTLE);
    }
  }

  /**
   * Reads a word of each cache line of a block, in ascending order. The loops below read the lines
   * of a block in eight strides, which no prefetcher follows; a prefetcher follows this stream, and
   * the loops find the block in the first cache.
   */
  static void stream(MemorySegment weights, long from, long to, MemorySegment scratch) {
    MemorySegment w = offHeap(weights);
    int all = 0;
    for (long line = from; line < to; line += LINE_BYTES) {
      all |= w.get(WORD, line);
    }
    // Uses the values, since C2 removes unused reads.
    offHeap(scratch).set(WORD, 0, all);
  }

  /**
   * Adds the products of as many rows as two vectors hold, with the even inputs of four vectors.
   */
  static void addEven(
      MemorySegment weights,
      long from,
      long rowStride,
      int inputs,
      Vectors x,
      long input,
      Vectors sums,
      long sum) {
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x.memory());
    MemorySegment s = offHeap(sums.memory());
    long inputStride = x.stride();
    long sumStride = sums.stride();
    int pairs = inputs / 2;
    FloatVector a0 = fromMemorySegment(FLOATS, s, sum, LITTLE);
    FloatVector a1 = fromMemorySegment(FLOATS, s, sum + BYTES, LITTLE);
    FloatVector b0 = fromMemorySegment(FLOATS, s, sum + sumStride, LITTLE);
    FloatVector b1 = fromMemorySegment(FLOATS, s, sum + sumStride + BYTES, LITTLE);
    FloatVector c0 = fromMemorySegment(FLOATS, s, sum + 2 * sumStride, LITTLE);
    FloatVector c1 = fromMemorySegment(FLOATS, s, sum + 2 * sumStride + BYTES, LITTLE);
    FloatVector d0 = fromMemorySegment(FLOATS, s, sum + 3 * sumStride, LITTLE);
    FloatVector d1 = fromMemorySegment(FLOATS, s, sum + 3 * sumStride + BYTES, LITTLE);
    for (int i = 0; i < pairs; i++) {
      long row = from + 2L * i * rowStride;
      long position = input + 2L * i * Float.BYTES;
      FloatVector w0 = fromMemorySegment(FLOATS, w, row, LITTLE);
      FloatVector w1 = fromMemorySegment(FLOATS, w, row + BYTES, LITTLE);
      FloatVector value = broadcast(FLOATS, v.get(FLOAT, position));
      a0 = w0.fma(value, a0);
      a1 = w1.fma(value, a1);
      value = broadcast(FLOATS, v.get(FLOAT, position + inputStride));
      b0 = w0.fma(value, b0);
      b1 = w1.fma(value, b1);
      value = broadcast(FLOATS, v.get(FLOAT, position + 2 * inputStride));
      c0 = w0.fma(value, c0);
      c1 = w1.fma(value, c1);
      value = broadcast(FLOATS, v.get(FLOAT, position + 3 * inputStride));
      d0 = w0.fma(value, d0);
      d1 = w1.fma(value, d1);
    }
    a0.intoMemorySegment(s, sum, LITTLE);
    a1.intoMemorySegment(s, sum + BYTES, LITTLE);
    b0.intoMemorySegment(s, sum + sumStride, LITTLE);
    b1.intoMemorySegment(s, sum + sumStride + BYTES, LITTLE);
    c0.intoMemorySegment(s, sum + 2 * sumStride, LITTLE);
    c1.intoMemorySegment(s, sum + 2 * sumStride + BYTES, LITTLE);
    d0.intoMemorySegment(s, sum + 3 * sumStride, LITTLE);
    d1.intoMemorySegment(s, sum + 3 * sumStride + BYTES, LITTLE);
  }

  /** Adds the products of the same rows with the odd inputs, which are summed from 0 first. */
  static void addOdd(
      MemorySegment weights,
      long from,
      long rowStride,
      int inputs,
      Vectors x,
      long input,
      Vectors sums,
      long sum) {
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x.memory());
    MemorySegment s = offHeap(sums.memory());
    long inputStride = x.stride();
    long sumStride = sums.stride();
    int pairs = inputs / 2;
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    for (int i = 0; i < pairs; i++) {
      long row = from + (2L * i + 1) * rowStride;
      long position = input + (2L * i + 1) * Float.BYTES;
      FloatVector w0 = fromMemorySegment(FLOATS, w, row, LITTLE);
      FloatVector w1 = fromMemorySegment(FLOATS, w, row + BYTES, LITTLE);
      FloatVector value = broadcast(FLOATS, v.get(FLOAT, position));
      a0 = w0.fma(value, a0);
      a1 = w1.fma(value, a1);
      value = broadcast(FLOATS, v.get(FLOAT, position + inputStride));
      b0 = w0.fma(value, b0);
      b1 = w1.fma(value, b1);
      value = broadcast(FLOATS, v.get(FLOAT, position + 2 * inputStride));
      c0 = w0.fma(value, c0);
      c1 = w1.fma(value, c1);
      value = broadcast(FLOATS, v.get(FLOAT, position + 3 * inputStride));
      d0 = w0.fma(value, d0);
      d1 = w1.fma(value, d1);
    }
    a0.add(fromMemorySegment(FLOATS, s, sum, LITTLE)).intoMemorySegment(s, sum, LITTLE);
    a1.add(fromMemorySegment(FLOATS, s, sum + BYTES, LITTLE))
        .intoMemorySegment(s, sum + BYTES, LITTLE);
    b0.add(fromMemorySegment(FLOATS, s, sum + sumStride, LITTLE))
        .intoMemorySegment(s, sum + sumStride, LITTLE);
    b1.add(fromMemorySegment(FLOATS, s, sum + sumStride + BYTES, LITTLE))
        .intoMemorySegment(s, sum + sumStride + BYTES, LITTLE);
    c0.add(fromMemorySegment(FLOATS, s, sum + 2 * sumStride, LITTLE))
        .intoMemorySegment(s, sum + 2 * sumStride, LITTLE);
    c1.add(fromMemorySegment(FLOATS, s, sum + 2 * sumStride + BYTES, LITTLE))
        .intoMemorySegment(s, sum + 2 * sumStride + BYTES, LITTLE);
    d0.add(fromMemorySegment(FLOATS, s, sum + 3 * sumStride, LITTLE))
        .intoMemorySegment(s, sum + 3 * sumStride, LITTLE);
    d1.add(fromMemorySegment(FLOATS, s, sum + 3 * sumStride + BYTES, LITTLE))
        .intoMemorySegment(s, sum + 3 * sumStride + BYTES, LITTLE);
  }
}
