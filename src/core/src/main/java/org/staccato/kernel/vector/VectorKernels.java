package org.staccato.kernel.vector;

import static jdk.incubator.vector.FloatVector.fromMemorySegment;
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
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.staccato.kernel.Backend;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;

/**
 * The kernels on the Vector API, at the width of the configured {@link Backend}.
 *
 * <p>What keeps C2's code good, each found by measurement:
 *
 * <ul>
 *   <li>a method is one loop over memory, and no vector crosses a call, a field or an array, so
 *       that none is ever boxed;
 *   <li>a method is short: the products with twice as many inputs an iteration take a hundred times
 *       as long;
 *   <li>each method first compares the classes of its segments with constants. The type profiles
 *       inside the JDK's memory access see every segment of the process, mapped, native and heap;
 *       after the comparison C2 knows the classes without them. Without it the product took 2.4
 *       times as long as soon as weights were mapped and gates were not;
 *   <li>the products walk their panels in ascending order, 16 cache lines an iteration, in loops
 *       that C2 does not count (the step is a parameter): it would unroll them and reorder the
 *       loads, and the hardware would lose the stream.
 * </ul>
 */
public final class VectorKernels implements Kernels {
  /** Creates the kernels; use {@link ConfiguredKernels}. */
  public VectorKernels() {}

  @Override
  public String name() {
    return new Backend(FLOATS.vectorBitSize()).name();
  }

  @Override
  public void loadGates(MemorySegment weights, long row, int groups, MemorySegment gates) {
    if (weights.getClass() != SegmentKinds.MAPPED || gates.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    int count = groups * GATES * (LANES / WIDTH);
    for (int i = 0; i < count; i++) {
      long offset = i * BYTES;
      fromMemorySegment(FLOATS, weights, row + offset, LITTLE)
          .intoMemorySegment(gates, offset, LITTLE);
    }
  }

  @Override
  public void accumulateGates(
      MemorySegment weights,
      long panel,
      int groups,
      int inputs,
      MemorySegment x,
      long xOffset,
      MemorySegment gates) {
    if (WIDTH == LANES) {
      GateProducts.accumulateWide(weights, panel, groups, inputs, x, xOffset, gates);
    } else {
      GateProducts.accumulateNarrow(weights, panel, groups, inputs, x, xOffset, gates);
    }
  }

  @Override
  public void tanh(MemorySegment values, long offset, int groups) {
    if (values.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector e4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector e3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector e2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector e1 = FloatVector.broadcast(FLOATS, E1);
    FloatVector s2 = FloatVector.broadcast(FLOATS, S2);
    FloatVector s1 = FloatVector.broadcast(FLOATS, S1);
    FloatVector s0 = FloatVector.broadcast(FLOATS, S0);
    FloatVector minusHalfLn2 = FloatVector.broadcast(FLOATS, -HALF_LN2);
    int count = groups * (LANES / WIDTH);
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

  @Override
  public void updateCell(
      MemorySegment gates, MemorySegment state, long cell, long hidden, int groups) {
    advanceCell(gates, state, cell, hidden, groups);
    tanh(state, hidden, groups);
    openOutput(gates, state, hidden, groups);
  }

  /** c ← f·c + i·g, which is copied to h. */
  private static void advanceCell(
      MemorySegment gates, MemorySegment state, long cell, long hidden, int groups) {
    if (gates.getClass() != SegmentKinds.NATIVE || state.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    for (int group = 0; group < groups; group++) {
      long gate = group * GATE_BYTES;
      long unit = group * GROUP_BYTES;
      for (long i = 0; i < GROUP_BYTES; i += BYTES) {
        FloatVector input = fromMemorySegment(FLOATS, gates, gate + i, LITTLE);
        FloatVector forget = fromMemorySegment(FLOATS, gates, gate + GROUP_BYTES + i, LITTLE);
        FloatVector candidate =
            fromMemorySegment(FLOATS, gates, gate + 2 * GROUP_BYTES + i, LITTLE);
        FloatVector c =
            forget.fma(half, half).mul(fromMemorySegment(FLOATS, state, cell + unit + i, LITTLE));
        c = input.fma(half, half).fma(candidate, c);
        c.intoMemorySegment(state, cell + unit + i, LITTLE);
        c.intoMemorySegment(state, hidden + unit + i, LITTLE);
      }
    }
  }

  /** h ← o·h. */
  private static void openOutput(
      MemorySegment gates, MemorySegment state, long hidden, int groups) {
    if (gates.getClass() != SegmentKinds.NATIVE || state.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    for (int group = 0; group < groups; group++) {
      long gate = group * GATE_BYTES + 3 * GROUP_BYTES;
      long unit = hidden + group * GROUP_BYTES;
      for (long i = 0; i < GROUP_BYTES; i += BYTES) {
        FloatVector output = fromMemorySegment(FLOATS, gates, gate + i, LITTLE);
        output
            .fma(half, half)
            .mul(fromMemorySegment(FLOATS, state, unit + i, LITTLE))
            .intoMemorySegment(state, unit + i, LITTLE);
      }
    }
  }

  @Override
  public void scoreItems(
      MemorySegment weights,
      long panel,
      long bias,
      int groups,
      int units,
      MemorySegment state,
      long hidden,
      MemorySegment scores) {
    ItemProducts.score(weights, panel, bias, groups, units, state, hidden, scores);
  }

  @Override
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    if (scores.getClass() != SegmentKinds.NATIVE) {
      throw SegmentKinds.wrong();
    }
    for (int group = from; group < to; group++) {
      long first = group * GROUP_BYTES;
      for (long i = 0; i < GROUP_BYTES; i += BYTES) {
        FloatVector score = fromMemorySegment(FLOATS, scores, first + i, LITTLE);
        VectorMask<Float> above = score.compare(VectorOperators.GT, threshold);
        if (above.anyTrue()) {
          return group;
        }
      }
    }
    return to;
  }
}
