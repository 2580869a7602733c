package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.TanhApproximation.E1;
import static org.staccato.kernel.TanhApproximation.E2;
import static org.staccato.kernel.TanhApproximation.E3;
import static org.staccato.kernel.TanhApproximation.E4;
import static org.staccato.kernel.TanhApproximation.E5;
import static org.staccato.kernel.TanhApproximation.HALF_LN2;
import static org.staccato.kernel.TanhApproximation.MANTISSA_BITS;
import static org.staccato.kernel.TanhApproximation.ONE_BITS;
import static org.staccato.kernel.TanhApproximation.ROUNDER;
import static org.staccato.kernel.TanhApproximation.S0;
import static org.staccato.kernel.TanhApproximation.S1;
import static org.staccato.kernel.TanhApproximation.S2;
import static org.staccato.kernel.TanhApproximation.S3;
import static org.staccato.kernel.TanhApproximation.S4;
import static org.staccato.kernel.TanhApproximation.SATURATED;
import static org.staccato.kernel.TanhApproximation.SIGN_BIT;
import static org.staccato.kernel.TanhApproximation.SMALL;
import static org.staccato.kernel.TanhApproximation.TWO_OVER_LN2;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.TanhApproximation;

/** The hyperbolic tangent in place; see {@link TanhApproximation}. */
final class VectorTanh {
  private VectorTanh() {}

  static void apply(MemorySegment memory, long offset, int groups) {
    MemorySegment values = offHeap(memory);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector e4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector e3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector e2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector e1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector s2 = FloatVector.broadcast(FLOATS, S2);
    FloatVector s1 = FloatVector.broadcast(FLOATS, S1);
    FloatVector s0 = FloatVector.broadcast(FLOATS, S0);
    FloatVector minusHalfLn2 = FloatVector.broadcast(FLOATS, -HALF_LN2);
    int count = groups * (Kernels.GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      long position = offset + i * BYTES;
      FloatVector x = fromMemorySegment(FLOATS, values, position, LITTLE);
      FloatVector z = x.abs();
      FloatVector rounded = z.fma(TWO_OVER_LN2, ROUNDER);
      FloatVector r = rounded.sub(ROUNDER).fma(minusHalfLn2, z);
      FloatVector e = FloatVector.broadcast(FLOATS, E5).fma(r, e4);
      e = e.fma(r, e3).fma(r, e2).fma(r, e1).fma(r, one);
      IntVector scale = rounded.reinterpretAsInts();
      scale = scale.lanewise(VectorOperators.LSHL, MANTISSA_BITS).add(ONE_BITS);
      FloatVector large = e.fma(scale.reinterpretAsFloats(), one);
      large = one.sub(FloatVector.broadcast(FLOATS, 2).div(large));
      FloatVector t = z.mul(z);
      FloatVector small = t.fma(S4, S3).fma(t, s2).fma(t, s1).fma(t, s0).fma(t.mul(z), z);
      large = large.blend(small, z.compare(VectorOperators.LT, SMALL));
      large = large.blend(one, z.compare(VectorOperators.GT, SATURATED));
      IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
      large
          .reinterpretAsInts()
          .or(sign)
          .reinterpretAsFloats()
          .intoMemorySegment(values, position, LITTLE);
    }
  }
}
