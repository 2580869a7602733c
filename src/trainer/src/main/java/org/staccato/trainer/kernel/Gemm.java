package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices, c = a·b and c += a·b, in single precision with fused multiply-adds.
 *
 * <p>A tile of 8 rows × 2 vectors of c stays in registers while the loop walks over the inner
 * dimension: per step two vector loads of b, eight broadcast loads of a, sixteen multiply-adds. A
 * broadcast costs the same from any address, so a may be a transposed view and nothing is packed; b
 * and c must have contiguous rows. The inner dimension is taken in blocks, so that the strip of b
 * under a tile stays in the first-level cache. (K. Goto and R. van de Geijn, "Anatomy of
 * High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008.)
 */
public final class Gemm {

  /** The number of rows of c must be a multiple of this. */
  public static final int TILE_ROWS = 8;

  private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
  private static final int LANES = SPECIES.length();
  private static final int INNER_BLOCK = 256;

  /** A tile of zeros: with strides of 0 every row and column begins at the same one. */
  private static final Matrix ZEROS =
      new Matrix(new float[2 * Matrix.PADDING], 0, TILE_ROWS, 1, 0, 0);

  private Gemm() {}

  /**
   * Sets c to a·b.
   *
   * @param a m × k, any strides
   * @param b k × n, column stride 1
   * @param c m × n, column stride 1, m a multiple of {@link #TILE_ROWS} and n of {@link
   *     Matrix#PADDING}; must not overlap a or b
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static void multiply(Matrix a, Matrix b, Matrix c) {
    multiply(a, b, c, false);
  }

  /**
   * Adds a·b to c.
   *
   * @param a m × k, any strides
   * @param b k × n, column stride 1
   * @param c m × n, column stride 1, m a multiple of {@link #TILE_ROWS} and n of {@link
   *     Matrix#PADDING}; must not overlap a or b
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static void multiplyAdd(Matrix a, Matrix b, Matrix c) {
    multiply(a, b, c, true);
  }

  private static void multiply(Matrix a, Matrix b, Matrix c, boolean add) {
    requireShapes(a, b, c);
    int inner = a.columns();
    for (int from = 0; from == 0 || from < inner; from += INNER_BLOCK) {
      int count = Math.min(INNER_BLOCK, inner - from);
      multiplyBlock(a.columns(from, count), b.rows(from, count), add || from > 0 ? c : ZEROS, c);
    }
  }

  private static void multiplyBlock(Matrix a, Matrix b, Matrix start, Matrix c) {
    if (c.rows() > c.columns()) {
      for (int row = 0; row < c.rows(); row += TILE_ROWS) {
        for (int column = 0; column < c.columns(); column += 2 * LANES) {
          tile(a, b, start, c, row, column);
        }
      }
    } else {
      for (int column = 0; column < c.columns(); column += 2 * LANES) {
        for (int row = 0; row < c.rows(); row += TILE_ROWS) {
          tile(a, b, start, c, row, column);
        }
      }
    }
  }

  private static void tile(Matrix a, Matrix b, Matrix start, Matrix c, int row, int column) {
    if (column + LANES < c.columns()) {
      tile8x2(a, b, start, c, row, column);
    } else {
      tile8x1(a, b, start, c, row, column);
    }
  }

  /** Starts the sums from a tile of {@code from}, which is zeros or the result itself. */
  private static void tile8x2(
      Matrix left, Matrix right, Matrix from, Matrix to, int firstRow, int firstColumn) {
    int count = left.columns();
    float[] a = left.values();
    int atA = left.index(firstRow, 0);
    int row = left.rowStride();
    int step = left.columnStride();
    float[] b = right.values();
    int atB = right.index(0, firstColumn);
    int stepB = right.rowStride();
    float[] start = from.values();
    int at = from.index(firstRow, firstColumn);
    int startRow = from.rowStride();
    float[] c = to.values();
    int atC = to.index(firstRow, firstColumn);
    int rowC = to.rowStride();
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, at + LANES);
    at += startRow;
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, at + LANES);
    at += startRow;
    FloatVector c20 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c21 = FloatVector.fromArray(SPECIES, start, at + LANES);
    at += startRow;
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, at + LANES);
    at += startRow;
    FloatVector c40 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c41 = FloatVector.fromArray(SPECIES, start, at + LANES);
    at += startRow;
    FloatVector c50 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c51 = FloatVector.fromArray(SPECIES, start, at + LANES);
    at += startRow;
    FloatVector c60 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c61 = FloatVector.fromArray(SPECIES, start, at + LANES);
    at += startRow;
    FloatVector c70 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c71 = FloatVector.fromArray(SPECIES, start, at + LANES);
    int row2 = 2 * row;
    int row3 = 3 * row;
    int row4 = 4 * row;
    int row5 = 5 * row;
    int row6 = 6 * row;
    int row7 = 7 * row;
    for (int i = 0; i < count; i++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, atB);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, atB + LANES);
      FloatVector value = FloatVector.broadcast(SPECIES, a[atA]);
      c00 = value.fma(b0, c00);
      c01 = value.fma(b1, c01);
      value = FloatVector.broadcast(SPECIES, a[atA + row]);
      c10 = value.fma(b0, c10);
      c11 = value.fma(b1, c11);
      value = FloatVector.broadcast(SPECIES, a[atA + row2]);
      c20 = value.fma(b0, c20);
      c21 = value.fma(b1, c21);
      value = FloatVector.broadcast(SPECIES, a[atA + row3]);
      c30 = value.fma(b0, c30);
      c31 = value.fma(b1, c31);
      value = FloatVector.broadcast(SPECIES, a[atA + row4]);
      c40 = value.fma(b0, c40);
      c41 = value.fma(b1, c41);
      value = FloatVector.broadcast(SPECIES, a[atA + row5]);
      c50 = value.fma(b0, c50);
      c51 = value.fma(b1, c51);
      value = FloatVector.broadcast(SPECIES, a[atA + row6]);
      c60 = value.fma(b0, c60);
      c61 = value.fma(b1, c61);
      value = FloatVector.broadcast(SPECIES, a[atA + row7]);
      c70 = value.fma(b0, c70);
      c71 = value.fma(b1, c71);
      atA += step;
      atB += stepB;
    }
    c00.intoArray(c, atC);
    c01.intoArray(c, atC + LANES);
    atC += rowC;
    c10.intoArray(c, atC);
    c11.intoArray(c, atC + LANES);
    atC += rowC;
    c20.intoArray(c, atC);
    c21.intoArray(c, atC + LANES);
    atC += rowC;
    c30.intoArray(c, atC);
    c31.intoArray(c, atC + LANES);
    atC += rowC;
    c40.intoArray(c, atC);
    c41.intoArray(c, atC + LANES);
    atC += rowC;
    c50.intoArray(c, atC);
    c51.intoArray(c, atC + LANES);
    atC += rowC;
    c60.intoArray(c, atC);
    c61.intoArray(c, atC + LANES);
    atC += rowC;
    c70.intoArray(c, atC);
    c71.intoArray(c, atC + LANES);
  }

  private static void tile8x1(
      Matrix left, Matrix right, Matrix from, Matrix to, int firstRow, int firstColumn) {
    int count = left.columns();
    float[] a = left.values();
    int atA = left.index(firstRow, 0);
    int row = left.rowStride();
    int step = left.columnStride();
    float[] b = right.values();
    int atB = right.index(0, firstColumn);
    int stepB = right.rowStride();
    float[] start = from.values();
    int at = from.index(firstRow, firstColumn);
    int startRow = from.rowStride();
    float[] c = to.values();
    int atC = to.index(firstRow, firstColumn);
    int rowC = to.rowStride();
    FloatVector c0 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c1 = FloatVector.fromArray(SPECIES, start, at + startRow);
    at += 2 * startRow;
    FloatVector c2 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c3 = FloatVector.fromArray(SPECIES, start, at + startRow);
    at += 2 * startRow;
    FloatVector c4 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c5 = FloatVector.fromArray(SPECIES, start, at + startRow);
    at += 2 * startRow;
    FloatVector c6 = FloatVector.fromArray(SPECIES, start, at);
    FloatVector c7 = FloatVector.fromArray(SPECIES, start, at + startRow);
    int row2 = 2 * row;
    int row3 = 3 * row;
    for (int i = 0; i < count; i++) {
      FloatVector value = FloatVector.fromArray(SPECIES, b, atB);
      int lower = atA + 4 * row;
      c0 = value.fma(FloatVector.broadcast(SPECIES, a[atA]), c0);
      c1 = value.fma(FloatVector.broadcast(SPECIES, a[atA + row]), c1);
      c2 = value.fma(FloatVector.broadcast(SPECIES, a[atA + row2]), c2);
      c3 = value.fma(FloatVector.broadcast(SPECIES, a[atA + row3]), c3);
      c4 = value.fma(FloatVector.broadcast(SPECIES, a[lower]), c4);
      c5 = value.fma(FloatVector.broadcast(SPECIES, a[lower + row]), c5);
      c6 = value.fma(FloatVector.broadcast(SPECIES, a[lower + row2]), c6);
      c7 = value.fma(FloatVector.broadcast(SPECIES, a[lower + row3]), c7);
      atA += step;
      atB += stepB;
    }
    c0.intoArray(c, atC);
    c1.intoArray(c, atC + rowC);
    atC += 2 * rowC;
    c2.intoArray(c, atC);
    c3.intoArray(c, atC + rowC);
    atC += 2 * rowC;
    c4.intoArray(c, atC);
    c5.intoArray(c, atC + rowC);
    atC += 2 * rowC;
    c6.intoArray(c, atC);
    c7.intoArray(c, atC + rowC);
  }

  private static void requireShapes(Matrix a, Matrix b, Matrix c) {
    boolean fits = a.rows() == c.rows() && a.columns() == b.rows() && b.columns() == c.columns();
    if (!fits
        || b.columnStride() != 1
        || c.columnStride() != 1
        || c.rows() % TILE_ROWS != 0
        || c.columns() % Matrix.PADDING != 0) {
      throw new IllegalArgumentException(
          "cannot multiply %d × %d by %d × %d into %d × %d: found column strides %d and %d, expected 1, rows in multiples of %d and columns of %d"
              .formatted(
                  a.rows(),
                  a.columns(),
                  b.rows(),
                  b.columns(),
                  c.rows(),
                  c.columns(),
                  b.columnStride(),
                  c.columnStride(),
                  TILE_ROWS,
                  Matrix.PADDING));
    }
  }
}
