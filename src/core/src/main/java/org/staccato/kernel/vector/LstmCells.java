package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.Kernels.GROUP;
import static org.staccato.kernel.Kernels.GROUP_BYTES;
import static org.staccato.kernel.Kernels.LSTM_GATES;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The cell update of an LSTM from the tanh of its gates' sums. */
final class LstmCells {
  private static final long GATE_BYTES = LSTM_GATES * GROUP_BYTES;

  /** The vectors of a group. */
  private static final int PARTS = GROUP / WIDTH;

  private LstmCells() {}

  /** c ← f·c + i·g, which is copied to h. */
  static void advance(
      MemorySegment sums, long sum, MemorySegment state, long cell, long hidden, int groups) {
    MemorySegment gates = offHeap(sums);
    MemorySegment s = offHeap(state);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    int count = groups * PARTS;
    for (int i = 0; i < count; i++) {
      long gate = sum + gateOffset(i);
      long unit = i * BYTES;
      FloatVector input = fromMemorySegment(FLOATS, gates, gate, LITTLE);
      FloatVector forget = fromMemorySegment(FLOATS, gates, gate + GROUP_BYTES, LITTLE);
      FloatVector cellGate = fromMemorySegment(FLOATS, gates, gate + 2 * GROUP_BYTES, LITTLE);
      FloatVector c = forget.fma(half, half).mul(fromMemorySegment(FLOATS, s, cell + unit, LITTLE));
      c = input.fma(half, half).fma(cellGate, c);
      c.intoMemorySegment(s, cell + unit, LITTLE);
      c.intoMemorySegment(s, hidden + unit, LITTLE);
    }
  }

  /** h ← o·h. */
  static void openOutput(
      MemorySegment sums, long sum, MemorySegment state, long hidden, int groups) {
    MemorySegment gates = offHeap(sums);
    MemorySegment s = offHeap(state);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    int count = groups * PARTS;
    for (int i = 0; i < count; i++) {
      long unit = hidden + i * BYTES;
      fromMemorySegment(FLOATS, gates, sum + 3 * GROUP_BYTES + gateOffset(i), LITTLE)
          .fma(half, half)
          .mul(fromMemorySegment(FLOATS, s, unit, LITTLE))
          .intoMemorySegment(s, unit, LITTLE);
    }
  }

  /** The offset of the first gate of the units in a vector, counted through all groups. */
  private static long gateOffset(int vector) {
    return vector / PARTS * GATE_BYTES + vector % PARTS * BYTES;
  }
}
