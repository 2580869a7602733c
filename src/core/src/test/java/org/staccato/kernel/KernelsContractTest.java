package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.staccato.kernel.Kernels.GATES;
import static org.staccato.kernel.Kernels.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.OffHeap;

/**
 * What every implementation of the kernels owes, against double precision. The bounds follow from
 * the length: a sum of n products in float is off by at most about n · 2⁻²⁴ · Σ|w·x|, in whichever
 * order it is taken.
 */
class KernelsContractTest {
  private static final double UNIT = 0x1p-24;

  /** Sums that underflow lose absolute, not relative precision. */
  private static final double TINY = Float.MIN_NORMAL;

  @TempDir static Path folder;

  static List<Kernels> kernels() {
    return List.of(new ScalarKernels(), ConfiguredKernels.get());
  }

  static Stream<Arguments> kernelsAndSizes() {
    return kernels().stream()
        .flatMap(
            kernels ->
                IntStream.of(1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 97, 128, 211, 300)
                    .mapToObj(size -> Arguments.of(kernels, size)));
  }

  @ParameterizedTest
  @MethodSource("kernelsAndSizes")
  void gatesAreSumsOfProducts(Kernels kernels, int inputs) {
    long seed = 1000L + inputs;
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 7}) {
      int row = GATES * LANES;
      float[] weights = randoms(random, 16 + groups * (inputs + 1) * row);
      MemorySegment mapped = MappedFloats.map(folder, weights);
      float[] x = randoms(random, inputs + 3);
      MemorySegment gates = OffHeap.allocateFloats((long) groups * row);
      int panel = 16 + groups * row;
      kernels.loadGates(mapped, 16 * Float.BYTES, groups, gates);
      kernels.accumulateGates(
          mapped,
          (long) panel * Float.BYTES,
          groups,
          inputs,
          MappedFloats.copy(x),
          3 * Float.BYTES,
          gates);
      for (int i = 0; i < groups * row; i++) {
        double sum = weights[16 + i];
        double magnitude = Math.abs(sum);
        for (int k = 0; k < inputs; k++) {
          double product =
              (double) weights[panel + (i / row * inputs + k) * row + i % row] * x[3 + k];
          sum += product;
          magnitude += Math.abs(product);
        }
        double bound = (inputs + 2) * UNIT * magnitude + TINY;
        assertEquals(
            sum,
            MappedFloats.get(gates, i),
            bound,
            kernels.name() + ", seed " + seed + ", groups " + groups + ", gate " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernelsAndSizes")
  void scoresAreSumsOfProducts(Kernels kernels, int units) {
    long seed = 2000L + units;
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 5}) {
      float[] weights = randoms(random, groups * (units + 1) * LANES);
      MemorySegment mapped = MappedFloats.map(folder, weights);
      float[] h = randoms(random, units + 5);
      MemorySegment scores = OffHeap.allocateFloats((long) groups * LANES);
      int panel = groups * LANES;
      kernels.scoreItems(
          mapped,
          (long) panel * Float.BYTES,
          0,
          groups,
          units,
          MappedFloats.copy(h),
          5 * Float.BYTES,
          scores);
      for (int i = 0; i < groups * LANES; i++) {
        double sum = weights[i];
        double magnitude = Math.abs(sum);
        for (int k = 0; k < units; k++) {
          int index = panel + (i / LANES * units + k) * LANES + i % LANES;
          sum += (double) weights[index] * h[5 + k];
          magnitude += Math.abs((double) weights[index] * h[5 + k]);
        }
        double bound = (units + 2) * UNIT * magnitude + TINY;
        assertEquals(
            sum,
            MappedFloats.get(scores, i),
            bound,
            kernels.name() + ", seed " + seed + ", groups " + groups + ", item " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theCellFollowsTheTextbook(Kernels kernels) {
    long seed = 3000;
    Random random = new Random(seed);
    MappedFloats.map(folder, new float[16]);
    for (int groups : new int[] {1, 2, 3, 9}) {
      int units = groups * LANES;
      float[] gates = new float[GATES * units];
      for (int i = 0; i < gates.length; i++) {
        gates[i] = (float) Math.tanh(2 * random.nextGaussian());
      }
      float[] state = randoms(random, 3 * units);
      MemorySegment memory = MappedFloats.copy(state);
      long cell = (long) units * Float.BYTES;
      kernels.updateCell(MappedFloats.copy(gates), memory, cell, 2 * cell, groups);
      for (int unit = 0; unit < units; unit++) {
        int gate = unit / LANES * GATES * LANES + unit % LANES;
        double input = 0.5 + 0.5 * gates[gate];
        double forget = 0.5 + 0.5 * gates[gate + LANES];
        double candidate = gates[gate + 2 * LANES];
        double output = 0.5 + 0.5 * gates[gate + 3 * LANES];
        double c = forget * state[units + unit] + input * candidate;
        double h = output * Math.tanh(c);
        double cellBound =
            5 * UNIT * (Math.abs(forget * state[units + unit]) + Math.abs(input * candidate))
                + TINY;
        String message = kernels.name() + ", seed " + seed + ", unit " + unit;
        assertEquals(c, MappedFloats.get(memory, units + unit), cellBound, message);
        double bound = cellBound + (2 * TanhApproximation.MAX_ULP + 2) * UNIT;
        assertEquals(h, MappedFloats.get(memory, 2 * units + unit), bound, message);
        assertEquals(state[unit], MappedFloats.get(memory, unit), "nothing else is touched");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void zeroesStayZero(Kernels kernels) {
    MappedFloats.map(folder, new float[16]);
    MemorySegment gates = OffHeap.allocateFloats(GATES * LANES);
    MemorySegment state = OffHeap.allocateFloats(2 * LANES);
    for (int step = 0; step < 5; step++) {
      kernels.tanh(gates, 0, GATES);
      kernels.updateCell(gates, state, 0, LANES * Float.BYTES, 1);
    }
    for (int i = 0; i < 2 * LANES; i++) {
      assertEquals(0f, MappedFloats.get(state, i));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theScanFindsTheFirstGroupAboveAThreshold(Kernels kernels) {
    MappedFloats.map(folder, new float[16]);
    int groups = 9;
    for (int index = 0; index < groups * LANES; index++) {
      float[] values = new float[groups * LANES];
      values[index] = 2;
      MemorySegment scores = MappedFloats.copy(values);
      int group = index / LANES;
      assertEquals(group, kernels.firstGroupAbove(scores, 0, groups, 1));
      assertEquals(group, kernels.firstGroupAbove(scores, group, groups, 1));
      assertEquals(groups, kernels.firstGroupAbove(scores, group + 1, groups, 1));
      assertEquals(group, kernels.firstGroupAbove(scores, 0, group, 1), "stops before its end");
      assertEquals(groups, kernels.firstGroupAbove(scores, 0, groups, 2), "equal is not above");
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theScanSeesNoNaN(Kernels kernels) {
    MappedFloats.map(folder, new float[16]);
    float[] values = new float[2 * LANES];
    Arrays.fill(values, Float.NaN);
    values[LANES + 3] = Float.NEGATIVE_INFINITY;
    MemorySegment scores = MappedFloats.copy(values);
    assertEquals(2, kernels.firstGroupAbove(scores, 0, 2, Float.NEGATIVE_INFINITY));
    MappedFloats.set(scores, LANES + 3, -Float.MAX_VALUE);
    assertEquals(1, kernels.firstGroupAbove(scores, 0, 2, Float.NEGATIVE_INFINITY));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void specialValuesGoTheWayOfFloatArithmetic(Kernels kernels) {
    int row = GATES * LANES;
    float[] weights = new float[2 * 2 * row];
    Arrays.fill(weights, 1);
    MemorySegment mapped = MappedFloats.map(folder, weights);
    float[][] inputs = {
      {Float.NaN, 1},
      {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY},
      {Float.POSITIVE_INFINITY, 1},
      {Float.MIN_VALUE, Float.MIN_VALUE},
      {-0f, 0f},
    };
    for (float[] x : inputs) {
      MemorySegment gates = OffHeap.allocateFloats(row);
      kernels.accumulateGates(mapped, 0, 1, 2, MappedFloats.copy(x), 0, gates);
      MemorySegment scores = OffHeap.allocateFloats(LANES);
      kernels.scoreItems(mapped, LANES * Float.BYTES, 0, 1, 2, MappedFloats.copy(x), 0, scores);
      for (int i = 0; i < LANES; i++) {
        assertEquals(x[0] + x[1], MappedFloats.get(gates, i), kernels.name());
        assertEquals(1 + x[0] + x[1], MappedFloats.get(scores, i), kernels.name());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void nothingIsReadOrWrittenBeyondASegment(Kernels kernels) {
    MemorySegment mapped = MappedFloats.map(folder, new float[4 * GATES * LANES]);
    MemorySegment x = OffHeap.allocateFloats(LANES);
    MemorySegment gates = OffHeap.allocateFloats(GATES * LANES);
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.accumulateGates(mapped, 0, 1, 5, x, 0, gates));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.accumulateGates(mapped, 0, 1, 4, x, 16 * Float.BYTES, gates));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.accumulateGates(mapped, 0, 2, 1, x, 0, gates));
    assertThrows(IndexOutOfBoundsException.class, () -> kernels.tanh(gates, 0, GATES + 1));
  }

  @Test
  void vectorsRefuseTheWrongKindOfMemory() {
    Kernels kernels = ConfiguredKernels.get();
    assumeFalse(kernels instanceof ScalarKernels);
    MemorySegment mapped = MappedFloats.map(folder, new float[GATES * LANES]);
    MemorySegment x = OffHeap.allocateFloats(LANES);
    MemorySegment gates = OffHeap.allocateFloats(GATES * LANES);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> kernels.accumulateGates(gates, 0, 1, 1, x, 0, gates));
    assertTrue(String.valueOf(e.getMessage()).contains("mapping"), String.valueOf(e));
    assertThrows(
        IllegalArgumentException.class,
        () -> kernels.tanh(MemorySegment.ofArray(new float[LANES]), 0, 1));
    assertThrows(IllegalArgumentException.class, () -> kernels.loadGates(mapped, 0, 1, mapped));
  }

  private static float[] randoms(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
