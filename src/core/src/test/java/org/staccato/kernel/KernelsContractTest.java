package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.staccato.kernel.KernelCases.BEFORE;
import static org.staccato.kernel.KernelCases.OFFSET;
import static org.staccato.kernel.KernelCases.TINY;
import static org.staccato.kernel.KernelCases.UNIT;
import static org.staccato.kernel.KernelCases.randoms;
import static org.staccato.kernel.Kernels.GROUP;
import static org.staccato.kernel.Kernels.GROUP_BYTES;
import static org.staccato.kernel.Panels.ROWS;
import static org.staccato.kernel.Panels.ROW_BYTES;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.OffHeap;
import org.staccato.testkit.RandomSeed;

/**
 * The contract of every implementation of the kernels for cells, rows and scans, against double
 * precision, and the limits of the memory that they touch.
 */
class KernelsContractTest {
  /** The error of a tangent. */
  private static final double TANH = 2 * TanhApproximation.MAX_ULP * UNIT;

  @TempDir static Path folder;

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void productsOfElementsAreAdded(Kernels kernels) {
    long seed = RandomSeed.of(2501);
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 4, 7}) {
      int count = groups * GROUP;
      float[] row = randoms(random, BEFORE + count);
      float[] x = randoms(random, count);
      float[] start = randoms(random, BEFORE + count + GROUP);
      MemorySegment weights = MappedFloats.map(folder, row);
      MemorySegment sums = MappedFloats.copy(start);
      kernels.addElements(weights, OFFSET, groups, MappedFloats.copy(x), 0, sums, OFFSET);
      for (int i = 0; i < start.length; i++) {
        boolean within = i >= BEFORE && i < BEFORE + count;
        // Every backend rounds once.
        float expected = within ? Math.fma(row[i], x[i - BEFORE], start[i]) : start[i];
        assertEquals(
            expected, MappedFloats.get(sums, i), kernels.name() + ", seed " + seed + ", " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void theDotProductIsTheSumOfTheProducts(Kernels kernels) {
    long seed = RandomSeed.of(2502);
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 4, 7, 64}) {
      int count = groups * GROUP;
      float[] x = randoms(random, BEFORE + count);
      float[] y = randoms(random, count);
      double sum = 0;
      double magnitude = 0;
      for (int i = 0; i < count; i++) {
        sum += (double) x[BEFORE + i] * y[i];
        magnitude += Math.abs((double) x[BEFORE + i] * y[i]);
      }
      float found =
          kernels.dotProduct(MappedFloats.copy(x), OFFSET, MappedFloats.copy(y), 0, groups);
      assertEquals(sum, found, count * UNIT * magnitude, kernels.name() + ", seed " + seed);
    }
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void rowsAreCopiedAndAdded(Kernels kernels) {
    long seed = RandomSeed.of(2500);
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 4, 7}) {
      int count = groups * GROUP;
      float[] row = randoms(random, BEFORE + count);
      float[] start = randoms(random, BEFORE + count + GROUP);
      MemorySegment weights = MappedFloats.map(folder, row);
      for (float factor : new float[] {1, 0, -2.5f, 1e-3f}) {
        MemorySegment sums = MappedFloats.copy(start);
        kernels.addRow(weights, OFFSET, groups, factor, sums, OFFSET);
        for (int i = 0; i < start.length; i++) {
          boolean within = i >= BEFORE && i < BEFORE + count;
          double product = within ? (double) factor * row[i] : 0;
          double bound = within ? 2 * UNIT * (Math.abs(start[i]) + Math.abs(product)) + TINY : 0;
          String where = kernels.name() + ", factor " + factor + ", seed " + seed + ", " + i;
          assertEquals(start[i] + product, MappedFloats.get(sums, i), bound, where);
          if (factor == 1 && within) {
            assertEquals(start[i] + row[i], MappedFloats.get(sums, i), where + ": as it is");
          }
        }
      }
      MemorySegment sums = MappedFloats.copy(start);
      kernels.copyRow(weights, OFFSET, groups, sums, OFFSET);
      for (int i = 0; i < start.length; i++) {
        boolean within = i >= BEFORE && i < BEFORE + count;
        assertEquals(within ? row[i] : start[i], MappedFloats.get(sums, i), kernels.name());
      }
    }
  }

  /** σ(2s), which a gate is whose halved sum is s, with the error that a float may have. */
  private static double sigmoid(double halved) {
    return 1 / (1 + Math.exp(-2 * halved));
  }

  private static final double SIGMOID = TANH / 2 + UNIT;

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void theCellOfAnLstmFollowsTheTextbook(Kernels kernels) {
    long seed = RandomSeed.of(3000);
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 9}) {
      int units = groups * GROUP;
      float[] sums = randoms(random, BEFORE + 4 * units);
      float[] state = randoms(random, 3 * units);
      MemorySegment memory = MappedFloats.copy(state);
      long cell = (long) units * Float.BYTES;
      kernels.advanceLstm(MappedFloats.copy(sums), OFFSET, memory, cell, 2 * cell, groups);
      for (int unit = 0; unit < units; unit++) {
        int gate = BEFORE + unit / GROUP * 4 * GROUP + unit % GROUP;
        double input = sigmoid(sums[gate]);
        double forget = sigmoid(sums[gate + GROUP]);
        double cellGate = Math.tanh(sums[gate + 2 * GROUP]);
        double output = sigmoid(sums[gate + 3 * GROUP]);
        double old = state[units + unit];
        double c = forget * old + input * cellGate;
        double h = output * Math.tanh(c);
        double cellBound =
            (SIGMOID + 3 * UNIT) * (Math.abs(old) + Math.abs(cellGate)) + TANH * input + TINY;
        String message = kernels.name() + ", seed " + seed + ", unit " + unit;
        assertEquals(c, MappedFloats.get(memory, units + unit), cellBound, message);
        double bound = cellBound + TANH + SIGMOID + 2 * UNIT;
        assertEquals(h, MappedFloats.get(memory, 2 * units + unit), bound, message);
        assertEquals(state[unit], MappedFloats.get(memory, unit), "nothing else is touched");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void theStateOfAGruFollowsTheTextbook(Kernels kernels) {
    long seed = RandomSeed.of(3500);
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 9}) {
      int units = groups * GROUP;
      float[] x = randoms(random, BEFORE + 3 * units);
      float[] recurrent = randoms(random, 3 * units);
      float[] state = randoms(random, 2 * units + GROUP);
      MemorySegment memory = MappedFloats.copy(state);
      kernels.advanceGru(
          MappedFloats.copy(x),
          OFFSET,
          MappedFloats.copy(recurrent),
          0,
          memory,
          (long) units * Float.BYTES,
          groups);
      for (int i = 0; i < state.length; i++) {
        if (i < units || i >= 2 * units) {
          assertEquals(state[i], MappedFloats.get(memory, i), "nothing else is touched");
          continue;
        }
        int unit = i - units;
        int gate = unit / GROUP * 2 * GROUP + unit % GROUP;
        double resetSum = (double) x[BEFORE + gate] + recurrent[gate];
        double updateSum = (double) x[BEFORE + gate + GROUP] + recurrent[gate + GROUP];
        double own = x[BEFORE + 2 * units + unit];
        double remembered = recurrent[2 * units + unit];
        double reset = sigmoid(resetSum);
        double update = sigmoid(updateSum);
        double newGate = Math.tanh(own + reset * remembered);
        double h = (1 - update) * newGate + update * state[i];
        double resetError = SIGMOID + UNIT * Math.abs(resetSum);
        double updateError = SIGMOID + UNIT * Math.abs(updateSum);
        double newGateError =
            (resetError + 2 * UNIT) * Math.abs(remembered) + 2 * UNIT * Math.abs(own) + TANH;
        double both = Math.abs(state[i]) + Math.abs(newGate);
        double bound = newGateError + (updateError + 3 * UNIT) * both + TINY;
        String message = kernels.name() + ", seed " + seed + ", unit " + unit;
        assertEquals(h, MappedFloats.get(memory, i), bound, message);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void zeroesStayZero(Kernels kernels) {
    MemorySegment sums = OffHeap.allocateFloats(4L * GROUP);
    MemorySegment recurrent = OffHeap.allocateFloats(4L * GROUP);
    MemorySegment lstm = OffHeap.allocateFloats(2 * GROUP);
    MemorySegment gru = OffHeap.allocateFloats(GROUP);
    for (int step = 0; step < 5; step++) {
      sums.fill((byte) 0);
      kernels.advanceLstm(sums, 0, lstm, 0, GROUP_BYTES, 1);
      sums.fill((byte) 0);
      kernels.advanceGru(sums, 0, recurrent, 0, gru, 0, 1);
    }
    for (int i = 0; i < GROUP; i++) {
      assertEquals(0f, MappedFloats.get(lstm, i));
      assertEquals(0f, MappedFloats.get(lstm, GROUP + i));
      assertEquals(0f, MappedFloats.get(gru, i));
    }
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void theScanFindsTheFirstGroupAboveAThreshold(Kernels kernels) {
    int groups = 9;
    for (int index = 0; index < groups * GROUP; index++) {
      float[] values = new float[groups * GROUP];
      values[index] = 2;
      MemorySegment scores = MappedFloats.copy(values);
      int group = index / GROUP;
      assertEquals(group, kernels.firstGroupAbove(scores, 0, groups, 1));
      assertEquals(group, kernels.firstGroupAbove(scores, group, groups, 1));
      assertEquals(groups, kernels.firstGroupAbove(scores, group + 1, groups, 1));
      assertEquals(group, kernels.firstGroupAbove(scores, 0, group, 1), "stops before its end");
      assertEquals(groups, kernels.firstGroupAbove(scores, 0, groups, 2), "equal is not above");
    }
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void theScanSeesNoNaN(Kernels kernels) {
    float[] values = new float[2 * GROUP];
    Arrays.fill(values, Float.NaN);
    values[GROUP + 3] = Float.NEGATIVE_INFINITY;
    MemorySegment scores = MappedFloats.copy(values);
    assertEquals(2, kernels.firstGroupAbove(scores, 0, 2, Float.NEGATIVE_INFINITY));
    MappedFloats.set(scores, GROUP + 3, -Float.MAX_VALUE);
    assertEquals(1, kernels.firstGroupAbove(scores, 0, 2, Float.NEGATIVE_INFINITY));
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernelsAndTypes")
  void nothingIsReadOrWrittenBeyondASegment(Kernels kernels, WeightType type) {
    PackedMatrix matrix = PackedMatrix.random(RandomSeed.random(1), type, ROWS, 32);
    MemorySegment weights = MappedFloats.map(folder, matrix.words);
    MemorySegment x = OffHeap.allocateFloats(32);
    MemorySegment sums = OffHeap.allocate(ROW_BYTES);
    MemorySegment twice = OffHeap.allocate(2 * ROW_BYTES);
    Panels panels = matrix.in(weights);
    assertThrows(
        IndexOutOfBoundsException.class, () -> kernels.addProduct(panels, 0, 2, x, 0, twice, 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.addProduct(panels, 0, 1, x, Float.BYTES, sums, 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.addProduct(panels, 0, 1, x, 0, sums, Float.BYTES));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.copyRow(weights, weights.byteSize() - 32, 1, sums, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> kernels.addRow(weights, 0, 5, 1, sums, 0));
    assertThrows(
        IndexOutOfBoundsException.class, () -> kernels.addElements(weights, 0, 4, x, 0, sums, 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.addElements(weights, 0, 2, x, 0, sums, 3 * GROUP_BYTES));
    assertThrows(IndexOutOfBoundsException.class, () -> kernels.dotProduct(x, 0, sums, 0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> kernels.tanh(sums, 0, 5));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.advanceLstm(sums, 0, sums, 0, 3 * GROUP_BYTES, 2));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> kernels.advanceGru(sums, 2 * GROUP_BYTES, twice, 0, twice, 0, 1));
  }

  @Test
  void vectorsRefuseHeapSegments() {
    Kernels kernels = ConfiguredKernels.get();
    assumeFalse(kernels instanceof ScalarKernels, "needs a vector backend");
    MemorySegment heap = MemorySegment.ofArray(new float[4 * ROWS]);
    MemorySegment x = OffHeap.allocate(ROW_BYTES);
    for (WeightType type : WeightType.values()) {
      PackedMatrix matrix = PackedMatrix.random(RandomSeed.random(1), type, ROWS, 4);
      MemorySegment weights = MappedFloats.map(folder, matrix.words);
      Panels panels = matrix.in(weights);
      Panels words = matrix.in(MemorySegment.ofArray(matrix.words));
      assertHeapRefused(() -> kernels.addProduct(words, 0, 1, x, 0, x, 0));
      assertHeapRefused(() -> kernels.addProduct(panels, 0, 1, heap, 0, x, 0));
      assertHeapRefused(() -> kernels.addProduct(panels, 0, 1, x, 0, heap, 0));
    }
    assertHeapRefused(() -> kernels.tanh(heap, 0, 1));
    assertHeapRefused(() -> kernels.copyRow(heap, 0, 1, x, 0));
    assertHeapRefused(() -> kernels.addRow(x, 0, 1, 1, heap, 0));
    assertHeapRefused(() -> kernels.dotProduct(x, 0, heap, 0, 1));
    assertHeapRefused(() -> kernels.addElements(x, 0, 1, heap, 0, x, 0));
    assertHeapRefused(() -> kernels.addElements(x, 0, 1, x, 0, heap, 0));
    assertHeapRefused(() -> kernels.advanceLstm(x, 0, heap, 0, GROUP_BYTES, 1));
    assertHeapRefused(() -> kernels.advanceGru(x, 0, x, 0, heap, 0, 1));
    assertHeapRefused(() -> kernels.firstGroupAbove(heap, 0, 1, 0));
  }

  private static void assertHeapRefused(Runnable call) {
    assertThrows(ClassCastException.class, call::run);
  }
}
