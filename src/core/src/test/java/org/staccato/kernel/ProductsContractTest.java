package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.staccato.kernel.KernelCases.BEFORE;
import static org.staccato.kernel.KernelCases.OFFSET;
import static org.staccato.kernel.KernelCases.TINY;
import static org.staccato.kernel.KernelCases.UNIT;
import static org.staccato.kernel.KernelCases.inputs;
import static org.staccato.kernel.KernelCases.kernels;
import static org.staccato.kernel.KernelCases.randoms;
import static org.staccato.kernel.Panels.ROWS;
import static org.staccato.kernel.Panels.ROW_BYTES;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.testkit.RandomSeed;

/**
 * The contract of every implementation of the kernels for products, against double precision. The
 * bounds follow from the length: a sum of n products in float is off by at most about n · 2⁻²⁴ ·
 * Σ|w·x|, in whichever order it is taken.
 */
class ProductsContractTest {
  @TempDir static Path folder;

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

  @ParameterizedTest
  @MethodSource("products")
  void aProductIsASumOfProducts(Kernels kernels, WeightType type, int inputs) {
    long seed = RandomSeed.of(1000L + inputs);
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
  @MethodSource("org.staccato.kernel.KernelCases#kernelsAndTypes")
  void someBlocksOfAProductAreThoseOfTheWhole(Kernels kernels, WeightType type) {
    long seed = RandomSeed.of(1500);
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
    long seed = RandomSeed.of(2000L + inputs);
    Random random = new Random(seed);
    PackedMatrix matrix = PackedMatrix.random(random, type, 150, inputs);
    MemorySegment weights = MappedFloats.map(folder, matrix.words);
    int stride = (inputs + 3) / 4 * 4 + 12;
    int sumStride = 3 * ROWS + 16;
    for (int batch : new int[] {4, 8, 12}) {
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
    long seed = RandomSeed.of(inputs);
    Random random = new Random(seed);
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
          kernels.name() + ", " + type + ", seed " + seed + ", row " + row);
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
            kernels.name() + ", " + type + ", seed " + seed + ", rows " + Arrays.toString(rows));
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
      Random random = RandomSeed.random(inputs);
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
  @MethodSource("org.staccato.kernel.KernelCases#kernelsAndTypes")
  void mappedAndNativeWeightsGiveTheSameBits(Kernels kernels, WeightType type) {
    Random random = RandomSeed.random(7);
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
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
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
}
