package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.staccato.kernel.Kernels.GROUP_BYTES;
import static org.staccato.kernel.Kernels.LANES;
import static org.staccato.kernel.Panels.ROWS;
import static org.staccato.kernel.Panels.ROW_BYTES;

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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.LittleEndian;
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

  /** The error of a tangent. */
  private static final double TANH = 2 * TanhApproximation.MAX_ULP * UNIT;

  /** Vectors and sums do not start at the start of their memory. */
  private static final int BEFORE = 16;

  private static final long OFFSET = (long) BEFORE * Float.BYTES;

  @TempDir static Path folder;

  static List<Kernels> kernels() {
    return List.of(new ScalarKernels(), ConfiguredKernels.get());
  }

  static Stream<Arguments> kernelsAndTypes() {
    return kernels().stream()
        .flatMap(
            kernels -> Stream.of(WeightType.values()).map(type -> Arguments.of(kernels, type)));
  }

  static Stream<Arguments> products() {
    return kernels().stream()
        .flatMap(
            kernels ->
                Stream.of(WeightType.values())
                    .flatMap(
                        type ->
                            IntStream.of(
                                    1, 2, 3, 4, 5, 7, 15, 16, 17, 31, 32, 33, 97, 128, 211, 300)
                                .mapToObj(inputs -> Arguments.of(kernels, type, inputs))));
  }

  /** An I8 weight rounds once more when it becomes a float, and its row's sum when it is scaled. */
  private static double bound(PackedMatrix matrix, double magnitude) {
    int more = matrix.type == WeightType.I8 ? 4 : 2;
    return (matrix.inputs + more) * UNIT * magnitude + TINY;
  }

  private static void assertProduct(
      PackedMatrix matrix, int row, float[] x, int from, float start, float actual, String where) {
    double sum = start;
    double magnitude = Math.abs(sum);
    for (int input = 0; input < matrix.inputs; input++) {
      double product = row < matrix.rows ? matrix.exact(row, input) * x[from + input] : 0;
      sum += product;
      magnitude += Math.abs(product);
    }
    assertEquals(sum, actual, bound(matrix, magnitude), where + ", row " + row);
  }

  /** Random inputs after others that belong to nothing, padded with zeros. */
  private static float[] inputs(Random random, int inputs) {
    return Arrays.copyOf(randoms(random, BEFORE + inputs), BEFORE + (inputs + 3) / 4 * 4);
  }

  @ParameterizedTest
  @MethodSource("products")
  void aProductIsASumOfProducts(Kernels kernels, WeightType type, int inputs) {
    long seed = 1000L + inputs;
    Random random = new Random(seed);
    for (int rows : new int[] {1, 63, 64, 65, 150, 256}) {
      PackedMatrix matrix = PackedMatrix.random(random, type, rows, inputs);
      MemorySegment weights = MappedFloats.map(folder, matrix.words);
      float[] x = inputs(random, inputs);
      int blocks = matrix.blocks();
      float[] start = randoms(random, BEFORE + blocks * ROWS);
      MemorySegment sums = MappedFloats.copy(start);
      kernels.addProduct(matrix.in(weights), 0, blocks, MappedFloats.copy(x), OFFSET, sums, OFFSET);
      String where = kernels.name() + ", " + type + ", " + rows + " rows, seed " + seed;
      for (int row = 0; row < blocks * ROWS; row++) {
        float actual = MappedFloats.get(sums, BEFORE + row);
        assertProduct(matrix, row, x, BEFORE, start[BEFORE + row], actual, where);
        if (row >= rows) {
          assertEquals(start[BEFORE + row], actual, where + ": padding adds nothing");
        }
      }
      for (int i = 0; i < BEFORE; i++) {
        assertEquals(start[i], MappedFloats.get(sums, i), where + ": nothing else is touched");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernelsAndTypes")
  void someBlocksOfAProductAreThoseOfTheWhole(Kernels kernels, WeightType type) {
    long seed = 1500;
    Random random = new Random(seed);
    PackedMatrix matrix = PackedMatrix.random(random, type, 300, 37);
    MemorySegment weights = MappedFloats.map(folder, matrix.words);
    MemorySegment x = MappedFloats.copy(inputs(random, 37));
    int blocks = matrix.blocks();
    MemorySegment whole = OffHeap.allocate(blocks * ROW_BYTES);
    kernels.addProduct(matrix.in(weights), 0, blocks, x, OFFSET, whole, 0);
    for (int first = 0; first < blocks; first++) {
      for (int count = 0; count <= blocks - first; count++) {
        MemorySegment part = OffHeap.allocate((count + 1) * ROW_BYTES);
        kernels.addProduct(matrix.in(weights), first, count, x, OFFSET, part, 0);
        String where = kernels.name() + ", " + type + ", " + first + " + " + count;
        for (int i = 0; i < (count + 1) * ROWS; i++) {
          float expected = i < count * ROWS ? MappedFloats.get(whole, first * ROWS + i) : 0;
          assertEquals(expected, MappedFloats.get(part, i), where + ", seed " + seed);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("products")
  void aBatchOfProductsIsThoseOfItsVectors(Kernels kernels, WeightType type, int inputs) {
    long seed = 2000L + inputs;
    Random random = new Random(seed);
    PackedMatrix matrix = PackedMatrix.random(random, type, 150, inputs);
    MemorySegment weights = MappedFloats.map(folder, matrix.words);
    int stride = (inputs + 3) / 4 * 4 + 12;
    int sumStride = 3 * ROWS + 16;
    for (int batch : new int[] {4, 8}) {
      float[] x = new float[BEFORE + batch * stride];
      for (int i = 0; i < batch; i++) {
        System.arraycopy(randoms(random, inputs), 0, x, BEFORE + i * stride, inputs);
      }
      float[] start = randoms(random, BEFORE + batch * sumStride);
      MemorySegment vectors = MappedFloats.copy(x);
      MemorySegment sums = MappedFloats.copy(start);
      BatchScratch scratch = BatchScratch.of(inputs, null);
      MemorySegment single = MappedFloats.copy(start);
      for (int i = 0; i < batch; i++) {
        long from = OFFSET + (long) i * stride * Float.BYTES;
        long to = OFFSET + (long) i * sumStride * Float.BYTES;
        kernels.addProduct(matrix.in(weights), 0, 3, vectors, from, single, to);
      }
      for (int block = 0; block < matrix.blocks(); block++) {
        kernels.addProducts(
            matrix.in(weights),
            block,
            new Vectors(vectors, OFFSET, (long) stride * Float.BYTES),
            batch,
            new Vectors(sums, OFFSET, (long) sumStride * Float.BYTES),
            block * ROW_BYTES,
            scratch);
      }
      String where = kernels.name() + ", " + type + ", batch " + batch + ", seed " + seed;
      for (int i = 0; i < batch * sumStride; i++) {
        int row = i % sumStride;
        float actual = MappedFloats.get(sums, BEFORE + i);
        if (row < 3 * ROWS) {
          int from = BEFORE + i / sumStride * stride;
          assertProduct(matrix, row, x, from, start[BEFORE + i], actual, where);
          assertEquals(MappedFloats.get(single, BEFORE + i), actual, where + ": the single bits");
        } else {
          assertEquals(start[BEFORE + i], actual, where + ": nothing else is touched");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("products")
  void oneRowIsBitForBitThatOfTheProduct(Kernels kernels, WeightType type, int inputs) {
    Random random = new Random(inputs);
    PackedMatrix matrix = PackedMatrix.random(random, type, 150, inputs);
    MemorySegment weights = MappedFloats.map(folder, matrix.words);
    MemorySegment x = MappedFloats.copy(inputs(random, inputs));
    float[] start = randoms(random, 3 * ROWS);
    MemorySegment sums = MappedFloats.copy(start);
    if (type == WeightType.I8) {
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.rowProduct(matrix.in(weights), 0, x, OFFSET, 0));
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.addRowProducts(matrix.in(weights), new int[4], 0, x, OFFSET, sums, 0));
      return;
    }
    kernels.addProduct(matrix.in(weights), 0, 3, x, OFFSET, sums, 0);
    for (int row = 0; row < start.length; row++) {
      assertEquals(
          MappedFloats.get(sums, row),
          kernels.rowProduct(matrix.in(weights), row, x, OFFSET, start[row]),
          kernels.name() + ", " + type + ", seed " + inputs + ", row " + row);
    }
    for (int i = 0; i < 20; i++) {
      int[] rows = random.ints(4, 0, start.length).toArray();
      MemorySegment four = OffHeap.allocate(ROW_BYTES);
      for (int j = 0; j < 4; j++) {
        four.setAtIndex(LittleEndian.FLOAT, 1 + j, start[rows[j]]);
      }
      kernels.addRowProducts(matrix.in(weights), rows, 0, x, OFFSET, four, Float.BYTES);
      for (int j = 0; j < 4; j++) {
        assertEquals(
            MappedFloats.get(sums, rows[j]),
            MappedFloats.get(four, 1 + j),
            kernels.name() + ", " + type + ", seed " + inputs + ", rows " + Arrays.toString(rows));
      }
      assertEquals(0, MappedFloats.get(four, 0));
      assertEquals(0, MappedFloats.get(four, 5));
    }
  }

  /**
   * Vectors of all widths add in one order: the even and the odd inputs in chains of their own, the
   * first of which starts with the sum, or with 0 if a scale is still to be applied.
   */
  @ParameterizedTest
  @EnumSource(WeightType.class)
  void vectorsOfAllWidthsGiveTheseBits(WeightType type) {
    Kernels kernels = ConfiguredKernels.get();
    assumeFalse(kernels instanceof ScalarKernels, "needs a vector backend");
    for (int inputs : new int[] {1, 2, 5, 16, 101}) {
      Random random = new Random(inputs);
      PackedMatrix matrix = PackedMatrix.random(random, type, 64, inputs);
      MemorySegment weights = MappedFloats.map(folder, matrix.words);
      float[] x = inputs(random, inputs);
      float[] start = randoms(random, ROWS);
      MemorySegment sums = MappedFloats.copy(start);
      kernels.addProduct(matrix.in(weights), 0, 1, MappedFloats.copy(x), OFFSET, sums, 0);
      for (int row = 0; row < ROWS; row++) {
        boolean scaled = type == WeightType.I8;
        float even = scaled ? 0 : start[row];
        float odd = 0;
        for (int input = 0; input < inputs; input++) {
          float w = matrix.weight(row, input);
          if (input % 2 == 0) {
            even = Math.fma(w, x[BEFORE + input], even);
          } else {
            odd = Math.fma(w, x[BEFORE + input], odd);
          }
        }
        float sum = even + odd;
        float expected = scaled ? Math.fma(sum, matrix.scale(row), start[row]) : sum;
        String where = kernels.name() + ", " + inputs + " inputs, row " + row;
        assertEquals(expected, MappedFloats.get(sums, row), where);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernelsAndTypes")
  void mappedAndNativeWeightsGiveTheSameBits(Kernels kernels, WeightType type) {
    Random random = new Random(7);
    PackedMatrix matrix = PackedMatrix.random(random, type, 128, 33);
    MemorySegment x = MappedFloats.copy(inputs(random, 33));
    MemorySegment fromMapping = OffHeap.allocate(2 * ROW_BYTES);
    MemorySegment fromCopy = OffHeap.allocate(2 * ROW_BYTES);
    MemorySegment mapping = MappedFloats.map(folder, matrix.words);
    MemorySegment copy = MappedFloats.copy(matrix.words);
    kernels.addProduct(matrix.in(mapping), 0, 2, x, OFFSET, fromMapping, 0);
    kernels.addProduct(matrix.in(copy), 0, 2, x, OFFSET, fromCopy, 0);
    assertEquals(-1, fromMapping.mismatch(fromCopy), kernels.name());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void rowsAreCopiedAndAdded(Kernels kernels) {
    long seed = 2500;
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 4, 7}) {
      int count = groups * LANES;
      float[] row = randoms(random, BEFORE + count);
      float[] start = randoms(random, BEFORE + count + LANES);
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
  @MethodSource("kernels")
  void theCellOfAnLstmFollowsTheTextbook(Kernels kernels) {
    long seed = 3000;
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 9}) {
      int units = groups * LANES;
      float[] sums = randoms(random, BEFORE + 4 * units);
      float[] state = randoms(random, 3 * units);
      MemorySegment memory = MappedFloats.copy(state);
      long cell = (long) units * Float.BYTES;
      kernels.advanceLstm(MappedFloats.copy(sums), OFFSET, memory, cell, 2 * cell, groups);
      for (int unit = 0; unit < units; unit++) {
        int gate = BEFORE + unit / LANES * 4 * LANES + unit % LANES;
        double input = sigmoid(sums[gate]);
        double forget = sigmoid(sums[gate + LANES]);
        double candidate = Math.tanh(sums[gate + 2 * LANES]);
        double output = sigmoid(sums[gate + 3 * LANES]);
        double old = state[units + unit];
        double c = forget * old + input * candidate;
        double h = output * Math.tanh(c);
        double cellBound =
            (SIGMOID + 3 * UNIT) * (Math.abs(old) + Math.abs(candidate)) + TANH * input + TINY;
        String message = kernels.name() + ", seed " + seed + ", unit " + unit;
        assertEquals(c, MappedFloats.get(memory, units + unit), cellBound, message);
        double bound = cellBound + TANH + SIGMOID + 2 * UNIT;
        assertEquals(h, MappedFloats.get(memory, 2 * units + unit), bound, message);
        assertEquals(state[unit], MappedFloats.get(memory, unit), "nothing else is touched");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theStateOfAGruFollowsTheTextbook(Kernels kernels) {
    long seed = 3500;
    Random random = new Random(seed);
    for (int groups : new int[] {1, 2, 3, 9}) {
      int units = groups * LANES;
      float[] x = randoms(random, BEFORE + 3 * units);
      float[] recurrent = randoms(random, 3 * units);
      float[] state = randoms(random, 2 * units + LANES);
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
        int gate = unit / LANES * 2 * LANES + unit % LANES;
        double resetSum = (double) x[BEFORE + gate] + recurrent[gate];
        double updateSum = (double) x[BEFORE + gate + LANES] + recurrent[gate + LANES];
        double own = x[BEFORE + 2 * units + unit];
        double remembered = recurrent[2 * units + unit];
        double reset = sigmoid(resetSum);
        double update = sigmoid(updateSum);
        double candidate = Math.tanh(own + reset * remembered);
        double h = (1 - update) * candidate + update * state[i];
        double resetError = SIGMOID + UNIT * Math.abs(resetSum);
        double updateError = SIGMOID + UNIT * Math.abs(updateSum);
        double candidateError =
            (resetError + 2 * UNIT) * Math.abs(remembered) + 2 * UNIT * Math.abs(own) + TANH;
        double both = Math.abs(state[i]) + Math.abs(candidate);
        double bound = candidateError + (updateError + 3 * UNIT) * both + TINY;
        String message = kernels.name() + ", seed " + seed + ", unit " + unit;
        assertEquals(h, MappedFloats.get(memory, i), bound, message);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void zeroesStayZero(Kernels kernels) {
    MemorySegment sums = OffHeap.allocateFloats(4L * LANES);
    MemorySegment recurrent = OffHeap.allocateFloats(4L * LANES);
    MemorySegment lstm = OffHeap.allocateFloats(2 * LANES);
    MemorySegment gru = OffHeap.allocateFloats(LANES);
    for (int step = 0; step < 5; step++) {
      sums.fill((byte) 0);
      kernels.advanceLstm(sums, 0, lstm, 0, GROUP_BYTES, 1);
      sums.fill((byte) 0);
      kernels.advanceGru(sums, 0, recurrent, 0, gru, 0, 1);
    }
    for (int i = 0; i < LANES; i++) {
      assertEquals(0f, MappedFloats.get(lstm, i));
      assertEquals(0f, MappedFloats.get(lstm, LANES + i));
      assertEquals(0f, MappedFloats.get(gru, i));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theScanFindsTheFirstGroupAboveAThreshold(Kernels kernels) {
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
    float[][] inputs = {
      {Float.NaN, 1},
      {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY},
      {Float.POSITIVE_INFINITY, 1},
      {Float.MIN_VALUE, Float.MIN_VALUE},
      {-0f, 0f},
    };
    for (WeightType type : new WeightType[] {WeightType.F32, WeightType.BF16}) {
      PackedMatrix ones = PackedMatrix.ones(type, ROWS, 2);
      MemorySegment weights = MappedFloats.map(folder, ones.words);
      for (float[] x : inputs) {
        MemorySegment vector = MappedFloats.copy(x);
        MemorySegment sums = OffHeap.allocate(ROW_BYTES);
        kernels.addProduct(ones.in(weights), 0, 1, vector, 0, sums, 0);
        for (int row = 0; row < ROWS; row++) {
          assertEquals(x[0] + x[1], MappedFloats.get(sums, row), kernels.name());
        }
        assertEquals(
            x[0] + x[1], kernels.rowProduct(ones.in(weights), 5, vector, 0, 0f), kernels.name());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernelsAndTypes")
  void nothingIsReadOrWrittenBeyondASegment(Kernels kernels, WeightType type) {
    PackedMatrix matrix = PackedMatrix.random(new Random(1), type, ROWS, 32);
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
      PackedMatrix matrix = PackedMatrix.random(new Random(1), type, ROWS, 4);
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
    assertHeapRefused(() -> kernels.advanceLstm(x, 0, heap, 0, GROUP_BYTES, 1));
    assertHeapRefused(() -> kernels.advanceGru(x, 0, x, 0, heap, 0, 1));
    assertHeapRefused(() -> kernels.firstGroupAbove(heap, 0, 1, 0));
  }

  private static void assertHeapRefused(Runnable call) {
    assertThrows(ClassCastException.class, call::run);
  }

  private static float[] randoms(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
