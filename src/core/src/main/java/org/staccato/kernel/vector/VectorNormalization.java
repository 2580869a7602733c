package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.Kernels.GROUP;
import static org.staccato.kernel.Kernels.GROUP_BYTES;
import static org.staccato.kernel.OffHeapSegments.guarded;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOAT;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.staccato.kernel.Normalization;

/**
 * Layer normalisation. A sum has sixteen lanes at every width of the vectors, which lie in the
 * first group of the result until they are added, one after the other, and the elements behind the
 * last full group after them: all widths give the same bits.
 */
final class VectorNormalization {
  private VectorNormalization() {}

  static void apply(
      Normalization normalization, MemorySegment x, long from, MemorySegment y, long to) {
    int size = normalization.size();
    int groups = normalization.fullGroups();
    addLanes(x, from, groups, y, to);
    float mean = (laneSum(y, to) + restSum(x, from, groups, size)) / size;
    addSquares(x, from, groups, mean, y, to);
    float squares = laneSum(y, to) + restSquares(x, from, groups, size, mean);
    float scale = (float) (1 / Math.sqrt(squares / size + normalization.epsilon()));
    scale(normalization, x, from, mean, scale, y, to);
  }

  /** Sets the lanes to the sums of the full groups. */
  private static void addLanes(MemorySegment x, long from, int groups, MemorySegment y, long to) {
    MemorySegment in = offHeap(x);
    MemorySegment out = offHeap(y);
    for (long part = 0; part < GROUP_BYTES; part += BYTES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int group = 0; group < groups; group++) {
        sum = sum.add(fromMemorySegment(FLOATS, in, from + part + group * GROUP_BYTES, LITTLE));
      }
      sum.intoMemorySegment(out, to + part, LITTLE);
    }
  }

  /** Sets the lanes to the sums of the squared distances from the mean in the full groups. */
  private static void addSquares(
      MemorySegment x, long from, int groups, float mean, MemorySegment y, long to) {
    MemorySegment in = offHeap(x);
    MemorySegment out = offHeap(y);
    FloatVector means = FloatVector.broadcast(FLOATS, mean);
    for (long part = 0; part < GROUP_BYTES; part += BYTES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int group = 0; group < groups; group++) {
        FloatVector distance =
            fromMemorySegment(FLOATS, in, from + part + group * GROUP_BYTES, LITTLE).sub(means);
        sum = distance.fma(distance, sum);
      }
      sum.intoMemorySegment(out, to + part, LITTLE);
    }
  }

  private static float laneSum(MemorySegment y, long to) {
    MemorySegment lanes = offHeap(y);
    float sum = 0;
    for (int i = 0; i < GROUP; i++) {
      sum += lanes.get(FLOAT, to + (long) i * Float.BYTES);
    }
    return sum;
  }

  /** The elements behind the last full group. */
  private static float restSum(MemorySegment x, long from, int groups, int size) {
    MemorySegment in = offHeap(x);
    float sum = 0;
    for (int i = groups * GROUP; i < size; i++) {
      sum += in.get(FLOAT, from + (long) i * Float.BYTES);
    }
    return sum;
  }

  private static float restSquares(MemorySegment x, long from, int groups, int size, float mean) {
    MemorySegment in = offHeap(x);
    float sum = 0;
    for (int i = groups * GROUP; i < size; i++) {
      float distance = in.get(FLOAT, from + (long) i * Float.BYTES) - mean;
      sum += distance * distance;
    }
    return sum;
  }

  private static void scale(
      Normalization normalization,
      MemorySegment x,
      long from,
      float mean,
      float scale,
      MemorySegment y,
      long to) {
    MemorySegment parameters = guarded(normalization.memory(), normalization.gain());
    MemorySegment in = offHeap(x);
    MemorySegment out = offHeap(y);
    FloatVector means = FloatVector.broadcast(FLOATS, mean);
    FloatVector scales = FloatVector.broadcast(FLOATS, scale);
    long gain = normalization.gain();
    long bias = normalization.bias();
    int count = normalization.groups() * (GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      fromMemorySegment(FLOATS, in, from + i * BYTES, LITTLE)
          .sub(means)
          .mul(scales)
          .fma(
              fromMemorySegment(FLOATS, parameters, gain + i * BYTES, LITTLE),
              fromMemorySegment(FLOATS, parameters, bias + i * BYTES, LITTLE))
          .intoMemorySegment(out, to + i * BYTES, LITTLE);
    }
  }
}
