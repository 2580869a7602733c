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

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.staccato.kernel.Backend;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.memory.FileMapping;
import org.staccato.memory.OffHeap;

/**
 * The kernels on the Vector API, at the width of the configured {@link Backend}.
 *
 * <p>What keeps C2's code good, each found by measurement:
 *
 * <ul>
 *   <li>a method is one loop over memory, below the 325 bytecodes that C2 inlines, and no vector
 *       crosses a call or a field, so that none is ever boxed;
 *   <li>each method first compares the classes of its segments with constants. The type profiles
 *       inside the JDK's memory access see every segment of the process, mapped, native and heap;
 *       after the comparison C2 knows the classes without them. Without it the product took 2.4
 *       times as long as soon as weights were mapped and gates were not;
 *   <li>the products walk their panels in ascending order in loops that C2 does not count (the step
 *       is a parameter), because the hardware loses a stream whose loads are reordered by
 *       unrolling.
 * </ul>
 */
public final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(ConfiguredKernels.backend().bits()));

  /** The floats of a vector: 16, 8 or 4. */
  private static final int WIDTH = FLOATS.length();

  private static final long BYTES = (long) WIDTH * Float.BYTES;

  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE);

  /** Initialised by the first kernel that is called, when a weight file has been mapped. */
  private static final class Kind {
    static final Class<?> MAPPED = FileMapping.segmentClass();
    static final Class<?> NATIVE = OffHeap.segmentClass();
  }

  /** Creates the kernels; use {@link ConfiguredKernels}. */
  public VectorKernels() {}

  @Override
  public String name() {
    return new Backend(FLOATS.vectorBitSize()).name();
  }

  @Override
  public void loadGates(MemorySegment weights, long row, int groups, MemorySegment gates) {
    if (weights.getClass() != Kind.MAPPED || gates.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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
      accumulateWide(weights, panel, groups, inputs, x, xOffset, gates);
    } else {
      accumulateNarrow(weights, panel, groups, inputs, x, xOffset, gates);
    }
  }

  private static void accumulateWide(
      MemorySegment weights,
      long panel,
      int groups,
      int inputs,
      MemorySegment x,
      long xOffset,
      MemorySegment gates) {
    long row = panel;
    long pairs = inputs / 2 * (2 * GATE_BYTES);
    for (int group = 0; group < groups; group++) {
      long gate = group * GATE_BYTES;
      accumulatePairs(weights, row, row + pairs, 2 * GATE_BYTES, x, xOffset, gates, gate);
      row += pairs;
      if ((inputs & 1) != 0) {
        long last = xOffset + (long) (inputs - 1) * Float.BYTES;
        accumulateRow(weights, row, x, last, gates, gate);
        row += GATE_BYTES;
      }
    }
  }

  /** The last input of an odd number. */
  private static void accumulateRow(
      MemorySegment weights,
      long row,
      MemorySegment x,
      long input,
      MemorySegment gates,
      long gate) {
    if (weights.getClass() != Kind.MAPPED
        || x.getClass() != Kind.NATIVE
        || gates.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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

  /** Two inputs an iteration, a register per gate and input: 16 cache lines in order. */
  private static void accumulatePairs(
      MemorySegment weights,
      long from,
      long to,
      long step,
      MemorySegment x,
      long xFrom,
      MemorySegment gates,
      long gate) {
    if (weights.getClass() != Kind.MAPPED
        || x.getClass() != Kind.NATIVE
        || gates.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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
      FloatVector a = FloatVector.broadcast(FLOATS, x.get(FLOAT, input));
      a0 = fromMemorySegment(FLOATS, weights, row, LITTLE).fma(a, a0);
      a1 = fromMemorySegment(FLOATS, weights, row + BYTES, LITTLE).fma(a, a1);
      a2 = fromMemorySegment(FLOATS, weights, row + 2 * BYTES, LITTLE).fma(a, a2);
      a3 = fromMemorySegment(FLOATS, weights, row + 3 * BYTES, LITTLE).fma(a, a3);
      FloatVector b = FloatVector.broadcast(FLOATS, x.get(FLOAT, input + Float.BYTES));
      b0 = fromMemorySegment(FLOATS, weights, row + 4 * BYTES, LITTLE).fma(b, b0);
      b1 = fromMemorySegment(FLOATS, weights, row + 5 * BYTES, LITTLE).fma(b, b1);
      b2 = fromMemorySegment(FLOATS, weights, row + 6 * BYTES, LITTLE).fma(b, b2);
      b3 = fromMemorySegment(FLOATS, weights, row + 7 * BYTES, LITTLE).fma(b, b3);
      row += step;
      input += 2 * Float.BYTES;
    }
    a0.add(b0).intoMemorySegment(gates, gate, LITTLE);
    a1.add(b1).intoMemorySegment(gates, gate + BYTES, LITTLE);
    a2.add(b2).intoMemorySegment(gates, gate + 2 * BYTES, LITTLE);
    a3.add(b3).intoMemorySegment(gates, gate + 3 * BYTES, LITTLE);
  }

  private static void accumulateNarrow(
      MemorySegment weights,
      long panel,
      int groups,
      int inputs,
      MemorySegment x,
      long xOffset,
      MemorySegment gates) {
    long size = inputs * GATE_BYTES;
    for (int group = 0; group < groups; group++) {
      for (long strip = 0; strip < GATE_BYTES; strip += 8 * BYTES) {
        long from = panel + group * size + strip;
        long gate = group * GATE_BYTES + strip;
        accumulateStrip(weights, from, from + size, GATE_BYTES, x, xOffset, gates, gate);
      }
    }
  }

  /** One input an iteration, eight registers of its row: all of it at 256 bits, half at 128. */
  private static void accumulateStrip(
      MemorySegment weights,
      long from,
      long to,
      long step,
      MemorySegment x,
      long xFrom,
      MemorySegment gates,
      long gate) {
    if (weights.getClass() != Kind.MAPPED
        || x.getClass() != Kind.NATIVE
        || gates.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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
      FloatVector a = FloatVector.broadcast(FLOATS, x.get(FLOAT, input));
      a0 = fromMemorySegment(FLOATS, weights, row, LITTLE).fma(a, a0);
      a1 = fromMemorySegment(FLOATS, weights, row + BYTES, LITTLE).fma(a, a1);
      a2 = fromMemorySegment(FLOATS, weights, row + 2 * BYTES, LITTLE).fma(a, a2);
      a3 = fromMemorySegment(FLOATS, weights, row + 3 * BYTES, LITTLE).fma(a, a3);
      a4 = fromMemorySegment(FLOATS, weights, row + 4 * BYTES, LITTLE).fma(a, a4);
      a5 = fromMemorySegment(FLOATS, weights, row + 5 * BYTES, LITTLE).fma(a, a5);
      a6 = fromMemorySegment(FLOATS, weights, row + 6 * BYTES, LITTLE).fma(a, a6);
      a7 = fromMemorySegment(FLOATS, weights, row + 7 * BYTES, LITTLE).fma(a, a7);
      row += step;
      input += Float.BYTES;
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

  @Override
  public void tanh(MemorySegment values, long offset, int groups) {
    if (values.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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
    if (gates.getClass() != Kind.NATIVE || state.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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
    if (gates.getClass() != Kind.NATIVE || state.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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
    if (weights.getClass() != Kind.MAPPED
        || state.getClass() != Kind.NATIVE
        || scores.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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
    if (weights.getClass() != Kind.MAPPED
        || state.getClass() != Kind.NATIVE
        || scores.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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

  @Override
  public int firstGroupAbove(MemorySegment scores, int from, int to, float threshold) {
    if (scores.getClass() != Kind.NATIVE) {
      throw wrongMemory();
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

  private static IllegalArgumentException wrongMemory() {
    return new IllegalArgumentException(
        "weights must lie in the mapping of a weight file, everything else in native memory");
  }
}
