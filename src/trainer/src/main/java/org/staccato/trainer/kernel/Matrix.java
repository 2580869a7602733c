package org.staccato.trainer.kernel;

/**
 * A view of a matrix of floats in an array: the element in row r and column c is {@code
 * values[offset + r · rowStride + c · columnStride]}.
 *
 * <p>The array is shared, not copied.
 *
 * @param values the array
 * @param offset the index of the first element
 * @param rows the number of rows
 * @param columns the number of columns
 * @param rowStride the distance between vertical neighbours
 * @param columnStride the distance between horizontal neighbours
 */
public record Matrix(
    float[] values, int offset, int rows, int columns, int rowStride, int columnStride) {

  /** Rows are padded to a multiple of this many floats: one cache line, or one 512-bit vector. */
  public static final int PADDING = 16;

  /**
   * Checks that every element lies in the array.
   *
   * @throws IllegalArgumentException if a dimension or stride is negative
   * @throws IndexOutOfBoundsException if an element lies outside the array
   */
  public Matrix {
    if (offset < 0 || rows < 0 || columns < 0 || rowStride < 0 || columnStride < 0) {
      throw new IllegalArgumentException(
          "a matrix has no negative dimension: offset %d, %d × %d, strides %d and %d"
              .formatted(offset, rows, columns, rowStride, columnStride));
    }
    if (rows > 0 && columns > 0) {
      long last = offset + (rows - 1L) * rowStride + (columns - 1L) * columnStride;
      if (last >= values.length) {
        throw new IndexOutOfBoundsException(
            "the last element of a %d × %d matrix is at %d of an array of %d"
                .formatted(rows, columns, last, values.length));
      }
    }
  }

  /**
   * {@return a row-major matrix without gaps}
   *
   * @param values the array
   * @param offset the index of the first element
   * @param rows the number of rows
   * @param columns the number of columns, also the distance between rows
   */
  public static Matrix of(float[] values, int offset, int rows, int columns) {
    return new Matrix(values, offset, rows, columns, columns, 1);
  }

  /** {@return the same elements with rows and columns exchanged} */
  public Matrix transpose() {
    return new Matrix(values, offset, columns, rows, columnStride, rowStride);
  }

  /**
   * {@return some of the rows}
   *
   * @param from the first row
   * @param count the number of rows
   */
  public Matrix rows(int from, int count) {
    return new Matrix(values, offset + from * rowStride, count, columns, rowStride, columnStride);
  }

  /**
   * {@return the least multiple of {@link #PADDING} that is not below a size}
   *
   * @param size a number of elements
   * @throws ArithmeticException if it does not fit an {@code int}
   */
  public static int padded(int size) {
    return Math.addExact(size, PADDING - 1) & -PADDING;
  }
}
