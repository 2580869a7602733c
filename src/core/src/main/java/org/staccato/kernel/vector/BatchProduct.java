package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.OffHeapSegments.offHeap;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Products of a block with four vectors at once: each weight is loaded once for four fused
 * multiply-adds, so that arithmetic bounds them and not bytes.
 */
final class BatchProduct {
  private BatchProduct() {}

  /** Adds the products of as many rows as four vectors hold, with four inputs vectors. */
  static void add(
      MemorySegment weights,
      long from,
      int inputs,
      MemorySegment x,
      long input,
      long inputStride,
      MemorySegment sums,
      long sum,
      long sumStride) {
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x);
    MemorySegment s = offHeap(sums);
    FloatVector a0 = fromMemorySegment(FLOATS, s, sum, LITTLE);
    FloatVector a1 = fromMemorySegment(FLOATS, s, sum + BYTES, LITTLE);
    FloatVector a2 = fromMemorySegment(FLOATS, s, sum + 2 * BYTES, LITTLE);
    FloatVector a3 = fromMemorySegment(FLOATS, s, sum + 3 * BYTES, LITTLE);
    FloatVector b0 = fromMemorySegment(FLOATS, s, sum + sumStride, LITTLE);
    FloatVector b1 = fromMemorySegment(FLOATS, s, sum + sumStride + BYTES, LITTLE);
    FloatVector b2 = fromMemorySegment(FLOATS, s, sum + sumStride + 2 * BYTES, LITTLE);
    FloatVector b3 = fromMemorySegment(FLOATS, s, sum + sumStride + 3 * BYTES, LITTLE);
    FloatVector c0 = fromMemorySegment(FLOATS, s, sum + 2 * sumStride, LITTLE);
    FloatVector c1 = fromMemorySegment(FLOATS, s, sum + 2 * sumStride + BYTES, LITTLE);
    FloatVector c2 = fromMemorySegment(FLOATS, s, sum + 2 * sumStride + 2 * BYTES, LITTLE);
    FloatVector c3 = fromMemorySegment(FLOATS, s, sum + 2 * sumStride + 3 * BYTES, LITTLE);
    FloatVector d0 = fromMemorySegment(FLOATS, s, sum + 3 * sumStride, LITTLE);
    FloatVector d1 = fromMemorySegment(FLOATS, s, sum + 3 * sumStride + BYTES, LITTLE);
    FloatVector d2 = fromMemorySegment(FLOATS, s, sum + 3 * sumStride + 2 * BYTES, LITTLE);
    FloatVector d3 = fromMemorySegment(FLOATS, s, sum + 3 * sumStride + 3 * BYTES, LITTLE);
    for (int i = 0; i < inputs; i++) {
      long row = from + i * ROW_BYTES;
      long position = input + (long) i * Float.BYTES;
      FloatVector w0 = fromMemorySegment(FLOATS, w, row, LITTLE);
      FloatVector w1 = fromMemorySegment(FLOATS, w, row + BYTES, LITTLE);
      FloatVector w2 = fromMemorySegment(FLOATS, w, row + 2 * BYTES, LITTLE);
      FloatVector w3 = fromMemorySegment(FLOATS, w, row + 3 * BYTES, LITTLE);
      FloatVector value = broadcast(FLOATS, v.get(FLOAT, position));
      a0 = w0.fma(value, a0);
      a1 = w1.fma(value, a1);
      a2 = w2.fma(value, a2);
      a3 = w3.fma(value, a3);
      value = broadcast(FLOATS, v.get(FLOAT, position + inputStride));
      b0 = w0.fma(value, b0);
      b1 = w1.fma(value, b1);
      b2 = w2.fma(value, b2);
      b3 = w3.fma(value, b3);
      value = broadcast(FLOATS, v.get(FLOAT, position + 2 * inputStride));
      c0 = w0.fma(value, c0);
      c1 = w1.fma(value, c1);
      c2 = w2.fma(value, c2);
      c3 = w3.fma(value, c3);
      value = broadcast(FLOATS, v.get(FLOAT, position + 3 * inputStride));
      d0 = w0.fma(value, d0);
      d1 = w1.fma(value, d1);
      d2 = w2.fma(value, d2);
      d3 = w3.fma(value, d3);
    }
    a0.intoMemorySegment(s, sum, LITTLE);
    a1.intoMemorySegment(s, sum + BYTES, LITTLE);
    a2.intoMemorySegment(s, sum + 2 * BYTES, LITTLE);
    a3.intoMemorySegment(s, sum + 3 * BYTES, LITTLE);
    b0.intoMemorySegment(s, sum + sumStride, LITTLE);
    b1.intoMemorySegment(s, sum + sumStride + BYTES, LITTLE);
    b2.intoMemorySegment(s, sum + sumStride + 2 * BYTES, LITTLE);
    b3.intoMemorySegment(s, sum + sumStride + 3 * BYTES, LITTLE);
    c0.intoMemorySegment(s, sum + 2 * sumStride, LITTLE);
    c1.intoMemorySegment(s, sum + 2 * sumStride + BYTES, LITTLE);
    c2.intoMemorySegment(s, sum + 2 * sumStride + 2 * BYTES, LITTLE);
    c3.intoMemorySegment(s, sum + 2 * sumStride + 3 * BYTES, LITTLE);
    d0.intoMemorySegment(s, sum + 3 * sumStride, LITTLE);
    d1.intoMemorySegment(s, sum + 3 * sumStride + BYTES, LITTLE);
    d2.intoMemorySegment(s, sum + 3 * sumStride + 2 * BYTES, LITTLE);
    d3.intoMemorySegment(s, sum + 3 * sumStride + 3 * BYTES, LITTLE);
  }
}
