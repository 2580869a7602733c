package org.staccato.trainer.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.testkit.RandomSeed;

/** Products agree with double precision within the bound of a sum of k rounded terms. */
class GemmTest {

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 61, 100, 255, 256, 257, 509})
  void agreesWithDoublePrecisionForEveryInnerDimension(int inner) {
    for (int rows : new int[] {8, 16, 72}) {
      for (int columns : new int[] {16, 32, 48, 112}) {
        check(matrix(rows, inner, inner + 3), matrix(inner, columns, columns + 16), columns);
        check(matrix(inner, rows, rows + 1).transpose(), matrix(inner, columns, columns), columns);
      }
    }
  }

  private void check(Matrix a, Matrix b, int columns) {
    Matrix c = matrix(a.rows(), columns, columns + 16);
    float[] before = c.values().clone();
    Gemm.multiply(a, b, c);
    requireProduct(a, b, c, new float[before.length], 0);
    System.arraycopy(before, 0, c.values(), 0, before.length);
    Gemm.multiplyAdd(a, b, c);
    requireProduct(a, b, c, before, 1);
  }

  private void requireProduct(Matrix a, Matrix b, Matrix c, float[] before, int extraTerms) {
    for (int row = 0; row < c.rows(); row++) {
      for (int column = 0; column < c.columns(); column++) {
        int at = index(c, row, column);
        double sum = before[at];
        double magnitude = Math.abs(sum);
        for (int i = 0; i < a.columns(); i++) {
          double term = (double) at(a, row, i) * at(b, i, column);
          sum += term;
          magnitude += Math.abs(term);
        }
        double bound = (a.columns() + extraTerms) * 0x1p-24 * magnitude;
        assertTrue(
            Math.abs(c.values()[at] - sum) <= bound,
            () -> "seed %d: %s × %s at row %d".formatted(seed, a.rows(), a.columns(), at));
      }
    }
  }

  @Test
  void leavesWhatLiesBesideTheResultAlone() {
    Matrix c = matrix(8, 16, 20);
    float[] before = c.values().clone();
    Gemm.multiply(matrix(8, 5, 5), matrix(5, 16, 16), c);
    for (int row = 0; row < 7; row++) {
      for (int column = 16; column < 20; column++) {
        assertEquals(before[index(c, row, column)], c.values()[index(c, row, column)]);
      }
    }
  }

  @Test
  void aProductOverNothingIsZero() {
    Matrix c = matrix(8, 16, 16);
    Gemm.multiply(matrix(8, 0, 0), matrix(0, 16, 16), c);
    for (float value : c.values()) {
      assertEquals(0f, value);
    }
  }

  @Test
  void refusesShapesThatDoNotFit() {
    Matrix c = matrix(8, 16, 16);
    for (Matrix b :
        new Matrix[] {matrix(4, 16, 16), matrix(5, 32, 32), matrix(16, 5, 5).transpose()}) {
      assertThrows(IllegalArgumentException.class, () -> Gemm.multiply(matrix(8, 5, 5), b, c));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Gemm.multiply(matrix(7, 5, 5), matrix(5, 16, 16), matrix(7, 16, 16)));
    assertThrows(IndexOutOfBoundsException.class, () -> new Matrix(new float[79], 0, 5, 16, 16, 1));
  }

  private Matrix matrix(int rows, int columns, int stride) {
    float[] values = new float[Math.max(1, rows * stride)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Matrix(values, 0, rows, columns, stride, 1);
  }

  private static int index(Matrix matrix, int row, int column) {
    return matrix.offset() + row * matrix.rowStride() + column * matrix.columnStride();
  }

  private static float at(Matrix matrix, int row, int column) {
    return matrix.values()[index(matrix, row, column)];
  }
}
