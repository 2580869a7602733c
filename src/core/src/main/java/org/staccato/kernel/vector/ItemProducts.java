package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.Kernels.GROUP_BYTES;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** scores = bias + panel · h, over panels {@code [group][unit][16]}; see {@link VectorKernels}. */
final class ItemProducts {
  private ItemProducts() {}

  static void score(
      MemorySegment weights,
      long panel,
      long bias,
      int groups,
      int units,
      MemorySegment state,
      long hidden,
      MemorySegment scores) {
    long eights = (units & -8) * GROUP_BYTES;
    long size = units * GROUP_BYTES;
    long last = hidden + (long) (units & -8) * Float.BYTES;
    for (int group = 0; group < groups; group++) {
      long from = panel + group * size;
      long to = from + eights;
      long first = group * GROUP_BYTES;
      for (long i = 0; i < GROUP_BYTES; i += BYTES) {
        startScores(weights, to + i, bias + first + i, units & 7, state, last, scores, first + i);
        addScores(weights, from + i, to + i, 8 * GROUP_BYTES, state, hidden, scores, first + i);
      }
    }
  }

  /** The biases and the last hidden units, those beyond a multiple of eight. */
  private static void startScores(
      MemorySegment weights,
      long row,
      long bias,
      int units,
      MemorySegment state,
      long hidden,
      MemorySegment scores,
      long score) {
    if (weights.getClass() != SegmentKinds.MAPPED
        || state.getClass() != SegmentKinds.NATIVE
        || scores.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector sum = fromMemorySegment(FLOATS, weights, bias, LITTLE);
    for (int i = 0; i < units; i++) {
      FloatVector h =
          FloatVector.broadcast(FLOATS, state.get(FLOAT, hidden + (long) i * Float.BYTES));
      sum = fromMemorySegment(FLOATS, weights, row + i * GROUP_BYTES, LITTLE).fma(h, sum);
    }
    sum.intoMemorySegment(scores, score, LITTLE);
  }

  /** Eight hidden units an iteration, a register each. */
  private static void addScores(
      MemorySegment weights,
      long from,
      long to,
      long step,
      MemorySegment state,
      long hidden,
      MemorySegment scores,
      long score) {
    if (weights.getClass() != SegmentKinds.MAPPED
        || state.getClass() != SegmentKinds.NATIVE
        || scores.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector a0 = fromMemorySegment(FLOATS, scores, score, LITTLE);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector a2 = a1;
    FloatVector a3 = a1;
    FloatVector a4 = a1;
    FloatVector a5 = a1;
    FloatVector a6 = a1;
    FloatVector a7 = a1;
    long row = from;
    long unit = hidden;
    while (row != to) {
      FloatVector h0 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit));
      a0 = fromMemorySegment(FLOATS, weights, row, LITTLE).fma(h0, a0);
      FloatVector h1 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit + Float.BYTES));
      a1 = fromMemorySegment(FLOATS, weights, row + GROUP_BYTES, LITTLE).fma(h1, a1);
      FloatVector h2 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit + 2 * Float.BYTES));
      a2 = fromMemorySegment(FLOATS, weights, row + 2 * GROUP_BYTES, LITTLE).fma(h2, a2);
      FloatVector h3 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit + 3 * Float.BYTES));
      a3 = fromMemorySegment(FLOATS, weights, row + 3 * GROUP_BYTES, LITTLE).fma(h3, a3);
      FloatVector h4 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit + 4 * Float.BYTES));
      a4 = fromMemorySegment(FLOATS, weights, row + 4 * GROUP_BYTES, LITTLE).fma(h4, a4);
      FloatVector h5 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit + 5 * Float.BYTES));
      a5 = fromMemorySegment(FLOATS, weights, row + 5 * GROUP_BYTES, LITTLE).fma(h5, a5);
      FloatVector h6 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit + 6 * Float.BYTES));
      a6 = fromMemorySegment(FLOATS, weights, row + 6 * GROUP_BYTES, LITTLE).fma(h6, a6);
      FloatVector h7 = FloatVector.broadcast(FLOATS, state.get(FLOAT, unit + 7 * Float.BYTES));
      a7 = fromMemorySegment(FLOATS, weights, row + 7 * GROUP_BYTES, LITTLE).fma(h7, a7);
      row += step;
      unit += 8 * Float.BYTES;
    }
    a0 = a0.add(a1).add(a2.add(a3)).add(a4.add(a5).add(a6.add(a7)));
    a0.intoMemorySegment(scores, score, LITTLE);
  }
}
