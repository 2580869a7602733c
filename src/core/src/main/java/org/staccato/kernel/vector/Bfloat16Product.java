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
import static org.staccato.kernel.vector.VectorLayout.WORDS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products with weights in bf16, which a shift or a mask turns into f32: four inputs an iteration
 * in the order of {@link FloatProduct}, so that equal weights give equal bits.
 */
final class Bfloat16Product {
  private static final int UPPER = 0xffff0000;

  private Bfloat16Product() {}

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
      FloatVector x1 = broadcast(FLOATS, v.get(FLOAT, position + Float.BYTES));
      IntVector word = IntVector.fromMemorySegment(WORDS, w, row, LITTLE);
      a0 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x0, a0);
      b0 = word.and(UPPER).reinterpretAsFloats().fma(x1, b0);
      word = IntVector.fromMemorySegment(WORDS, w, row + BYTES, LITTLE);
      a1 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x0, a1);
      b1 = word.and(UPPER).reinterpretAsFloats().fma(x1, b1);
      word = IntVector.fromMemorySegment(WORDS, w, row + 2 * BYTES, LITTLE);
      a2 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x0, a2);
      b2 = word.and(UPPER).reinterpretAsFloats().fma(x1, b2);
      word = IntVector.fromMemorySegment(WORDS, w, row + 3 * BYTES, LITTLE);
      a3 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x0, a3);
      b3 = word.and(UPPER).reinterpretAsFloats().fma(x1, b3);
      FloatVector x2 = broadcast(FLOATS, v.get(FLOAT, position + 2 * Float.BYTES));
      FloatVector x3 = broadcast(FLOATS, v.get(FLOAT, position + 3 * Float.BYTES));
      word = IntVector.fromMemorySegment(WORDS, w, row + ROW_BYTES, LITTLE);
      a0 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x2, a0);
      b0 = word.and(UPPER).reinterpretAsFloats().fma(x3, b0);
      word = IntVector.fromMemorySegment(WORDS, w, row + ROW_BYTES + BYTES, LITTLE);
      a1 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x2, a1);
      b1 = word.and(UPPER).reinterpretAsFloats().fma(x3, b1);
      word = IntVector.fromMemorySegment(WORDS, w, row + ROW_BYTES + 2 * BYTES, LITTLE);
      a2 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x2, a2);
      b2 = word.and(UPPER).reinterpretAsFloats().fma(x3, b2);
      word = IntVector.fromMemorySegment(WORDS, w, row + ROW_BYTES + 3 * BYTES, LITTLE);
      a3 = word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x2, a3);
      b3 = word.and(UPPER).reinterpretAsFloats().fma(x3, b3);
      row += step;
      position += 4 * Float.BYTES;
    }
    a0.add(b0).intoMemorySegment(s, sum, LITTLE);
    a1.add(b1).intoMemorySegment(s, sum + BYTES, LITTLE);
    a2.add(b2).intoMemorySegment(s, sum + 2 * BYTES, LITTLE);
    a3.add(b3).intoMemorySegment(s, sum + 3 * BYTES, LITTLE);
  }

  /** Unpacks as many rows as a vector holds into floats {@code [input][row]}. */
  static void unpack(
      MemorySegment weights, long from, int words, MemorySegment slice, long offset) {
    MemorySegment w = guarded(weights, from);
    MemorySegment f = offHeap(slice);
    for (int i = 0; i < words; i++) {
      IntVector word = IntVector.fromMemorySegment(WORDS, w, from + i * ROW_BYTES, LITTLE);
      long to = offset + 2L * i * BatchProduct.SLICE;
      word.lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoMemorySegment(f, to, LITTLE);
      word.and(UPPER).reinterpretAsFloats().intoMemorySegment(f, to + BatchProduct.SLICE, LITTLE);
    }
  }
}
