package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.Kernels.GROUP;
import static org.staccato.kernel.Kernels.GROUP_BYTES;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The loops of a GRU between its products and activations. */
final class GruCells {
  private GruCells() {}

  /** Adds the recurrent sums of the reset and the update gates. */
  static void addGates(
      MemorySegment inputSums,
      long inputSum,
      MemorySegment recurrentSums,
      long recurrentSum,
      int groups) {
    MemorySegment x = offHeap(inputSums);
    MemorySegment h = offHeap(recurrentSums);
    int count = 2 * groups * (GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      fromMemorySegment(FLOATS, x, inputSum + i * BYTES, LITTLE)
          .add(fromMemorySegment(FLOATS, h, recurrentSum + i * BYTES, LITTLE))
          .intoMemorySegment(x, inputSum + i * BYTES, LITTLE);
    }
  }

  /** new gate += r · recurrent new gate, where r is ½ + ½t of the reset gate's value t. */
  static void addReset(
      MemorySegment inputSums,
      long gates,
      long newGate,
      MemorySegment recurrentSums,
      long recurrentNewGate,
      int groups) {
    MemorySegment x = offHeap(inputSums);
    MemorySegment h = offHeap(recurrentSums);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    for (int group = 0; group < groups; group++) {
      long gate = gates + 2L * group * GROUP_BYTES;
      long unit = group * GROUP_BYTES;
      for (long i = 0; i < GROUP_BYTES; i += BYTES) {
        fromMemorySegment(FLOATS, x, gate + i, LITTLE)
            .fma(half, half)
            .fma(
                fromMemorySegment(FLOATS, h, recurrentNewGate + unit + i, LITTLE),
                fromMemorySegment(FLOATS, x, newGate + unit + i, LITTLE))
            .intoMemorySegment(x, newGate + unit + i, LITTLE);
      }
    }
  }

  /** h ← n + z·(h − n), where z is ½ + ½t of the update gate's value t. */
  static void advance(
      MemorySegment inputSums,
      long gates,
      long newGate,
      MemorySegment state,
      long hidden,
      int groups) {
    MemorySegment x = offHeap(inputSums);
    MemorySegment s = offHeap(state);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    for (int group = 0; group < groups; group++) {
      long gate = gates + (2L * group + 1) * GROUP_BYTES;
      long unit = group * GROUP_BYTES;
      for (long i = 0; i < GROUP_BYTES; i += BYTES) {
        FloatVector n = fromMemorySegment(FLOATS, x, newGate + unit + i, LITTLE);
        FloatVector h = fromMemorySegment(FLOATS, s, hidden + unit + i, LITTLE);
        fromMemorySegment(FLOATS, x, gate + i, LITTLE)
            .fma(half, half)
            .fma(h.sub(n), n)
            .intoMemorySegment(s, hidden + unit + i, LITTLE);
      }
    }
  }
}
