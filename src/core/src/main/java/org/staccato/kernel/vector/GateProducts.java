package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.Kernels.GATES;
import static org.staccato.kernel.Kernels.GATE_BYTES;
import static org.staccato.kernel.Kernels.LANES;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** gates += panel · x, over panels {@code [group][input][gate][16]}; see {@link VectorKernels}. */
final class GateProducts {
  private GateProducts() {}

  /** Registers of 512 bits: a row of the panel is four of them. */
  static void accumulateWide(
      MemorySegment weights,
      long panel,
      int groups,
      int inputs,
      MemorySegment x,
      long xOffset,
      MemorySegment gates) {
    int fours = inputs & -4;
    long row = panel;
    for (int group = 0; group < groups; group++) {
      long gate = group * GATE_BYTES;
      long to = row + fours * GATE_BYTES;
      accumulateFours(weights, row, to, 4 * GATE_BYTES, x, xOffset, gates, gate);
      row = to;
      for (int input = fours; input < inputs; input++) {
        accumulateRow(weights, row, x, xOffset + (long) input * Float.BYTES, gates, gate);
        row += GATE_BYTES;
      }
    }
  }

  /** One of the last inputs, beyond a multiple of those that an iteration takes. */
  private static void accumulateRow(
      MemorySegment weights,
      long row,
      MemorySegment x,
      long input,
      MemorySegment gates,
      long gate) {
    if (weights.getClass() != SegmentKinds.MAPPED
        || x.getClass() != SegmentKinds.NATIVE
        || gates.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector value = FloatVector.broadcast(FLOATS, x.get(FLOAT, input));
    for (int i = 0; i < GATES * (LANES / WIDTH); i++) {
      long offset = i * BYTES;
      FloatVector sum = fromMemorySegment(FLOATS, gates, gate + offset, LITTLE);
      fromMemorySegment(FLOATS, weights, row + offset, LITTLE)
          .fma(value, sum)
          .intoMemorySegment(gates, gate + offset, LITTLE);
    }
  }

  /** Four inputs an iteration, whose 16 cache lines are read in order, into 8 registers. */
  private static void accumulateFours(
      MemorySegment weights,
      long from,
      long to,
      long step,
      MemorySegment x,
      long xFrom,
      MemorySegment gates,
      long gate) {
    if (weights.getClass() != SegmentKinds.MAPPED
        || x.getClass() != SegmentKinds.NATIVE
        || gates.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector a0 = fromMemorySegment(FLOATS, gates, gate, LITTLE);
    FloatVector a1 = fromMemorySegment(FLOATS, gates, gate + BYTES, LITTLE);
    FloatVector a2 = fromMemorySegment(FLOATS, gates, gate + 2 * BYTES, LITTLE);
    FloatVector a3 = fromMemorySegment(FLOATS, gates, gate + 3 * BYTES, LITTLE);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector b1 = b0;
    FloatVector b2 = b0;
    FloatVector b3 = b0;
    long row = from;
    long input = xFrom;
    while (row != to) {
      FloatVector x0 = FloatVector.broadcast(FLOATS, x.get(FLOAT, input));
      a0 = fromMemorySegment(FLOATS, weights, row, LITTLE).fma(x0, a0);
      a1 = fromMemorySegment(FLOATS, weights, row + BYTES, LITTLE).fma(x0, a1);
      a2 = fromMemorySegment(FLOATS, weights, row + 2 * BYTES, LITTLE).fma(x0, a2);
      a3 = fromMemorySegment(FLOATS, weights, row + 3 * BYTES, LITTLE).fma(x0, a3);
      FloatVector x1 = FloatVector.broadcast(FLOATS, x.get(FLOAT, input + Float.BYTES));
      b0 = fromMemorySegment(FLOATS, weights, row + 4 * BYTES, LITTLE).fma(x1, b0);
      b1 = fromMemorySegment(FLOATS, weights, row + 5 * BYTES, LITTLE).fma(x1, b1);
      b2 = fromMemorySegment(FLOATS, weights, row + 6 * BYTES, LITTLE).fma(x1, b2);
      b3 = fromMemorySegment(FLOATS, weights, row + 7 * BYTES, LITTLE).fma(x1, b3);
      FloatVector x2 = FloatVector.broadcast(FLOATS, x.get(FLOAT, input + 2 * Float.BYTES));
      a0 = fromMemorySegment(FLOATS, weights, row + 8 * BYTES, LITTLE).fma(x2, a0);
      a1 = fromMemorySegment(FLOATS, weights, row + 9 * BYTES, LITTLE).fma(x2, a1);
      a2 = fromMemorySegment(FLOATS, weights, row + 10 * BYTES, LITTLE).fma(x2, a2);
      a3 = fromMemorySegment(FLOATS, weights, row + 11 * BYTES, LITTLE).fma(x2, a3);
      FloatVector x3 = FloatVector.broadcast(FLOATS, x.get(FLOAT, input + 3 * Float.BYTES));
      b0 = fromMemorySegment(FLOATS, weights, row + 12 * BYTES, LITTLE).fma(x3, b0);
      b1 = fromMemorySegment(FLOATS, weights, row + 13 * BYTES, LITTLE).fma(x3, b1);
      b2 = fromMemorySegment(FLOATS, weights, row + 14 * BYTES, LITTLE).fma(x3, b2);
      b3 = fromMemorySegment(FLOATS, weights, row + 15 * BYTES, LITTLE).fma(x3, b3);
      row += step;
      input += 4 * Float.BYTES;
    }
    a0.add(b0).intoMemorySegment(gates, gate, LITTLE);
    a1.add(b1).intoMemorySegment(gates, gate + BYTES, LITTLE);
    a2.add(b2).intoMemorySegment(gates, gate + 2 * BYTES, LITTLE);
    a3.add(b3).intoMemorySegment(gates, gate + 3 * BYTES, LITTLE);
  }

  /** Registers of 256 or 128 bits: a row of the panel is 8 or 16 of them. */
  static void accumulateNarrow(
      MemorySegment weights,
      long panel,
      int groups,
      int inputs,
      MemorySegment x,
      long xOffset,
      MemorySegment gates) {
    int twos = inputs & -2;
    long row = panel;
    for (int group = 0; group < groups; group++) {
      long gate = group * GATE_BYTES;
      long to = row + twos * GATE_BYTES;
      for (long i = 0; i < GATE_BYTES; i += 8 * BYTES) {
        accumulateTwos(weights, row + i, to + i, 2 * GATE_BYTES, x, xOffset, gates, gate + i);
      }
      row = to;
      if (twos < inputs) {
        accumulateRow(weights, row, x, xOffset + (long) twos * Float.BYTES, gates, gate);
        row += GATE_BYTES;
      }
    }
  }

  /**
   * Two inputs an iteration, eight registers of their rows: all of a row at 256 bits, half at 128.
   */
  private static void accumulateTwos(
      MemorySegment weights,
      long from,
      long to,
      long step,
      MemorySegment x,
      long xFrom,
      MemorySegment gates,
      long gate) {
    if (weights.getClass() != SegmentKinds.MAPPED
        || x.getClass() != SegmentKinds.NATIVE
        || gates.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector a0 = fromMemorySegment(FLOATS, gates, gate, LITTLE);
    FloatVector a1 = fromMemorySegment(FLOATS, gates, gate + BYTES, LITTLE);
    FloatVector a2 = fromMemorySegment(FLOATS, gates, gate + 2 * BYTES, LITTLE);
    FloatVector a3 = fromMemorySegment(FLOATS, gates, gate + 3 * BYTES, LITTLE);
    FloatVector a4 = fromMemorySegment(FLOATS, gates, gate + 4 * BYTES, LITTLE);
    FloatVector a5 = fromMemorySegment(FLOATS, gates, gate + 5 * BYTES, LITTLE);
    FloatVector a6 = fromMemorySegment(FLOATS, gates, gate + 6 * BYTES, LITTLE);
    FloatVector a7 = fromMemorySegment(FLOATS, gates, gate + 7 * BYTES, LITTLE);
    long row = from;
    long input = xFrom;
    while (row != to) {
      FloatVector x0 = FloatVector.broadcast(FLOATS, x.get(FLOAT, input));
      a0 = fromMemorySegment(FLOATS, weights, row, LITTLE).fma(x0, a0);
      a1 = fromMemorySegment(FLOATS, weights, row + BYTES, LITTLE).fma(x0, a1);
      a2 = fromMemorySegment(FLOATS, weights, row + 2 * BYTES, LITTLE).fma(x0, a2);
      a3 = fromMemorySegment(FLOATS, weights, row + 3 * BYTES, LITTLE).fma(x0, a3);
      a4 = fromMemorySegment(FLOATS, weights, row + 4 * BYTES, LITTLE).fma(x0, a4);
      a5 = fromMemorySegment(FLOATS, weights, row + 5 * BYTES, LITTLE).fma(x0, a5);
      a6 = fromMemorySegment(FLOATS, weights, row + 6 * BYTES, LITTLE).fma(x0, a6);
      a7 = fromMemorySegment(FLOATS, weights, row + 7 * BYTES, LITTLE).fma(x0, a7);
      FloatVector x1 = FloatVector.broadcast(FLOATS, x.get(FLOAT, input + Float.BYTES));
      a0 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES, LITTLE).fma(x1, a0);
      a1 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES + BYTES, LITTLE).fma(x1, a1);
      a2 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES + 2 * BYTES, LITTLE).fma(x1, a2);
      a3 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES + 3 * BYTES, LITTLE).fma(x1, a3);
      a4 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES + 4 * BYTES, LITTLE).fma(x1, a4);
      a5 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES + 5 * BYTES, LITTLE).fma(x1, a5);
      a6 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES + 6 * BYTES, LITTLE).fma(x1, a6);
      a7 = fromMemorySegment(FLOATS, weights, row + GATE_BYTES + 7 * BYTES, LITTLE).fma(x1, a7);
      row += step;
      input += 2 * Float.BYTES;
    }
    a0.intoMemorySegment(gates, gate, LITTLE);
    a1.intoMemorySegment(gates, gate + BYTES, LITTLE);
    a2.intoMemorySegment(gates, gate + 2 * BYTES, LITTLE);
    a3.intoMemorySegment(gates, gate + 3 * BYTES, LITTLE);
    a4.intoMemorySegment(gates, gate + 4 * BYTES, LITTLE);
    a5.intoMemorySegment(gates, gate + 5 * BYTES, LITTLE);
    a6.intoMemorySegment(gates, gate + 6 * BYTES, LITTLE);
    a7.intoMemorySegment(gates, gate + 7 * BYTES, LITTLE);
  }
}
