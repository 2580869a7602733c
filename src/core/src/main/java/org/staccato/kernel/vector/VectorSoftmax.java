package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.ExponentialApproximation.VANISHING;
import static org.staccato.kernel.GeluApproximation.E2;
import static org.staccato.kernel.GeluApproximation.E3;
import static org.staccato.kernel.GeluApproximation.E4;
import static org.staccato.kernel.GeluApproximation.E5;
import static org.staccato.kernel.GeluApproximation.E6;
import static org.staccato.kernel.GeluApproximation.LN2_HIGH;
import static org.staccato.kernel.GeluApproximation.LN2_LOW;
import static org.staccato.kernel.GeluApproximation.ONE_OVER_LN2;
import static org.staccato.kernel.Kernels.GROUP;
import static org.staccato.kernel.Kernels.GROUP_BYTES;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.TanhApproximation.MANTISSA_BITS;
import static org.staccato.kernel.TanhApproximation.ONE_BITS;
import static org.staccato.kernel.TanhApproximation.ROUNDER;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.staccato.kernel.ExponentialApproximation;
import org.staccato.memory.LittleEndian;

/**
 * The sums of a softmax. Each of the 16 places of a group has a sum of its own, whatever the width
 * of a vector, so that all widths add in the same order; see {@link ExponentialApproximation} for
 * the exponential.
 */
final class VectorSoftmax {
  private VectorSoftmax() {}

  static float largest(MemorySegment memory, long offset, int groups) {
    MemorySegment values = offHeap(memory);
    float largest = Float.NEGATIVE_INFINITY;
    for (long part = 0; part < GROUP_BYTES; part += BYTES) {
      FloatVector lanes = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
      for (int group = 0; group < groups; group++) {
        lanes =
            lanes.max(
                fromMemorySegment(FLOATS, values, offset + part + group * GROUP_BYTES, LITTLE));
      }
      largest = Math.max(largest, lanes.reduceLanes(VectorOperators.MAX));
    }
    return largest;
  }

  static float sumOfExponentials(
      MemorySegment memory, long offset, int groups, float greatest, MemorySegment lanes) {
    addLanes(memory, offset, groups, greatest, lanes);
    MemorySegment sums = offHeap(lanes);
    float sum = 0;
    for (int i = 0; i < GROUP; i++) {
      sum += sums.get(LittleEndian.FLOAT, (long) i * Float.BYTES);
    }
    return sum;
  }

  private static void addLanes(
      MemorySegment memory, long offset, int groups, float greatest, MemorySegment lanes) {
    MemorySegment values = offHeap(memory);
    MemorySegment sums = offHeap(lanes);
    FloatVector greatests = FloatVector.broadcast(FLOATS, greatest);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (long part = 0; part < GROUP_BYTES; part += BYTES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int group = 0; group < groups; group++) {
        long position = offset + part + group * GROUP_BYTES;
        FloatVector y = greatests.sub(fromMemorySegment(FLOATS, values, position, LITTLE));
        y = y.blend(VANISHING, y.compare(VectorOperators.GT, VANISHING));
        FloatVector rounded = y.fma(ONE_OVER_LN2, ROUNDER);
        FloatVector n = rounded.sub(ROUNDER);
        FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), y);
        r = n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
        FloatVector e = r.fma(E6, E5).fma(r, FloatVector.broadcast(FLOATS, E4));
        e = e.fma(r, FloatVector.broadcast(FLOATS, E3)).fma(r, FloatVector.broadcast(FLOATS, E2));
        e = e.fma(r, one.neg()).fma(r, one);
        IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
        sum = e.fma(power.neg().add(ONE_BITS).reinterpretAsFloats(), sum);
      }
      sum.intoMemorySegment(sums, part, LITTLE);
    }
  }
}
