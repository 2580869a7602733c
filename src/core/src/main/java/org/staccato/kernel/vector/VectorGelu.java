package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static org.staccato.kernel.GeluApproximation.D1;
import static org.staccato.kernel.GeluApproximation.D2;
import static org.staccato.kernel.GeluApproximation.D3;
import static org.staccato.kernel.GeluApproximation.D4;
import static org.staccato.kernel.GeluApproximation.D5;
import static org.staccato.kernel.GeluApproximation.E2;
import static org.staccato.kernel.GeluApproximation.E3;
import static org.staccato.kernel.GeluApproximation.E4;
import static org.staccato.kernel.GeluApproximation.E5;
import static org.staccato.kernel.GeluApproximation.E6;
import static org.staccato.kernel.GeluApproximation.LEADING_BITS;
import static org.staccato.kernel.GeluApproximation.LN2_HIGH;
import static org.staccato.kernel.GeluApproximation.LN2_LOW;
import static org.staccato.kernel.GeluApproximation.N0;
import static org.staccato.kernel.GeluApproximation.N1;
import static org.staccato.kernel.GeluApproximation.N2;
import static org.staccato.kernel.GeluApproximation.N3;
import static org.staccato.kernel.GeluApproximation.N4;
import static org.staccato.kernel.GeluApproximation.ONE_OVER_LN2;
import static org.staccato.kernel.GeluApproximation.VANISHING;
import static org.staccato.kernel.OffHeapSegments.offHeap;
import static org.staccato.kernel.TanhApproximation.MANTISSA_BITS;
import static org.staccato.kernel.TanhApproximation.ONE_BITS;
import static org.staccato.kernel.TanhApproximation.ROUNDER;
import static org.staccato.kernel.vector.VectorLayout.BYTES;
import static org.staccato.kernel.vector.VectorLayout.FLOATS;
import static org.staccato.kernel.vector.VectorLayout.LITTLE;
import static org.staccato.kernel.vector.VectorLayout.WIDTH;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.staccato.kernel.GeluApproximation;
import org.staccato.kernel.Kernels;

/** The Gaussian error linear unit in place; see {@link GeluApproximation}. */
final class VectorGelu {
  private VectorGelu() {}

  static void apply(MemorySegment memory, long offset, int groups) {
    MemorySegment values = offHeap(memory);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    int count = groups * (Kernels.GROUP / WIDTH);
    for (int i = 0; i < count; i++) {
      long position = offset + i * BYTES;
      FloatVector x = fromMemorySegment(FLOATS, values, position, LITTLE);
      FloatVector z = x.abs();
      z = z.blend(VANISHING, z.compare(VectorOperators.GT, VANISHING));
      FloatVector high = z.reinterpretAsInts().and(LEADING_BITS).reinterpretAsFloats();
      FloatVector y = high.mul(high).mul(0.5f);
      FloatVector rounded = y.fma(ONE_OVER_LN2, ROUNDER);
      FloatVector n = rounded.sub(ROUNDER);
      FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), y);
      r = n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
      r = z.sub(high).mul(z.add(high)).fma(FloatVector.broadcast(FLOATS, 0.5f), r);
      FloatVector e = r.fma(E6, E5).fma(r, FloatVector.broadcast(FLOATS, E4));
      e = e.fma(r, FloatVector.broadcast(FLOATS, E3)).fma(r, FloatVector.broadcast(FLOATS, E2));
      e = e.fma(r, one.neg()).fma(r, one);
      IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
      e = e.mul(power.neg().add(ONE_BITS).reinterpretAsFloats());
      FloatVector numerator = z.fma(N4, N3).fma(z, FloatVector.broadcast(FLOATS, N2));
      numerator = numerator.fma(z, FloatVector.broadcast(FLOATS, N1));
      numerator = numerator.fma(z, FloatVector.broadcast(FLOATS, N0));
      FloatVector denominator = z.fma(D5, D4).fma(z, FloatVector.broadcast(FLOATS, D3));
      denominator = denominator.fma(z, FloatVector.broadcast(FLOATS, D2));
      denominator = denominator.fma(z, FloatVector.broadcast(FLOATS, D1)).fma(z, one);
      FloatVector tail = z.mul(numerator).div(denominator).mul(e);
      x.blend(0, x.compare(VectorOperators.LT, 0))
          .sub(tail)
          .intoMemorySegment(values, position, LITTLE);
    }
  }
}
