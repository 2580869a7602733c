package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.Panels.ROW_BYTES;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Products with weights in f32: four inputs an iteration, whose cache lines are read in ascending
 * order, into eight accumulators, of which those of the odd inputs are added in the end. The step
 * is a parameter so that C2 does not count the loop: C2 unrolls a counted loop and reorders its
 * loads, and the hardware prefetcher then loses the stream.
 */
final class FloatProduct {
  private FloatProduct() {}

  /** Adds the products of as many rows as four vectors hold. */
  static void add(
      MemorySegment weights,
      long from,
      long to,
      long step,
      MemorySegment x,
      long input,
      MemorySegment sums,
      long sum) {
    MemorySegment w = offHeap(weights);
    MemorySegment v = offHeap(x);
    MemorySegment s = offHeap(sums);
    FloatVector a0 = fromMemorySegment(FLOATS, s, sum, LITTLE);
    FloatVector a1 = fromMemorySegment(FLOATS, s, sum + BYTES, LITTLE);
    FloatVector a2 = fromMemorySegment(FLOATS, s, sum + 2 * BYTES, LITTLE);
    FloatVector a3 = fromMemorySegment(FLOATS, s, sum + 3 * BYTES, LITTLE);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector b1 = b0;
    FloatVector b2 = b0;
    FloatVector b3 = b0;
    long row = from;
    long position = input;
    while (row != to) {
      FloatVector x0 = broadcast(FLOATS, v.get(FLOAT, position));
      a0 = fromMemorySegment(FLOATS, w, row, LITTLE).fma(x0, a0);
      a1 = fromMemorySegment(FLOATS, w, row + BYTES, LITTLE).fma(x0, a1);
      a2 = fromMemorySegment(FLOATS, w, row + 2 * BYTES, LITTLE).fma(x0, a2);
      a3 = fromMemorySegment(FLOATS, w, row + 3 * BYTES, LITTLE).fma(x0, a3);
      FloatVector x1 = broadcast(FLOATS, v.get(FLOAT, position + Float.BYTES));
      b0 = fromMemorySegment(FLOATS, w, row + ROW_BYTES, LITTLE).fma(x1, b0);
      b1 = fromMemorySegment(FLOATS, w, row + ROW_BYTES + BYTES, LITTLE).fma(x1, b1);
      b2 = fromMemorySegment(FLOATS, w, row + ROW_BYTES + 2 * BYTES, LITTLE).fma(x1, b2);
      b3 = fromMemorySegment(FLOATS, w, row + ROW_BYTES + 3 * BYTES, LITTLE).fma(x1, b3);
      FloatVector x2 = broadcast(FLOATS, v.get(FLOAT, position + 2 * Float.BYTES));
      a0 = fromMemorySegment(FLOATS, w, row + 2 * ROW_BYTES, LITTLE).fma(x2, a0);
      a1 = fromMemorySegment(FLOATS, w, row + 2 * ROW_BYTES + BYTES, LITTLE).fma(x2, a1);
      a2 = fromMemorySegment(FLOATS, w, row + 2 * ROW_BYTES + 2 * BYTES, LITTLE).fma(x2, a2);
      a3 = fromMemorySegment(FLOATS, w, row + 2 * ROW_BYTES + 3 * BYTES, LITTLE).fma(x2, a3);
      FloatVector x3 = broadcast(FLOATS, v.get(FLOAT, position + 3 * Float.BYTES));
      b0 = fromMemorySegment(FLOATS, w, row + 3 * ROW_BYTES, LITTLE).fma(x3, b0);
      b1 = fromMemorySegment(FLOATS, w, row + 3 * ROW_BYTES + BYTES, LITTLE).fma(x3, b1);
      b2 = fromMemorySegment(FLOATS, w, row + 3 * ROW_BYTES + 2 * BYTES, LITTLE).fma(x3, b2);
      b3 = fromMemorySegment(FLOATS, w, row + 3 * ROW_BYTES + 3 * BYTES, LITTLE).fma(x3, b3);
      row += step;
      position += 4 * Float.BYTES;
    }
    a0.add(b0).intoMemorySegment(s, sum, LITTLE);
    a1.add(b1).intoMemorySegment(s, sum + BYTES, LITTLE);
    a2.add(b2).intoMemorySegment(s, sum + 2 * BYTES, LITTLE);
    a3.add(b3).intoMemorySegment(s, sum + 3 * BYTES, LITTLE);
  }
}
