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

  /**
   * The number of floats to a multiple of which rows are padded: one cache line, or one 512-bit
   * vector.
   */
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
   * Views an array as a row-major matrix without gaps.
   *
   * @param values the array
   * @param offset the index of the first element
   * @param rows the number of rows
   * @param columns the number of columns, also the distance between rows
   * @return the matrix
   */
  public static Matrix of(float[] values, int offset, int rows, int columns) {
    return new Matrix(values, offset, rows, columns, columns, 1);
  }

  /** {@return the same elements with rows and columns exchanged} */
  public Matrix transpose() {
    return new Matrix(values, offset, columns, rows, columnStride, rowStride);
  }

  /**
   * Computes the index of an element in the array.
   *
   * @param row the row
   * @param column the column
   * @return its index in the array
   */
  public int index(int row, int column) {
    return offset + row * rowStride + column * columnStride;
  }

  /**
   * Cuts some of the rows out.
   *
   * @param from the first row
   * @param count the number of rows
   * @return a view of them
   */
  public Matrix rows(int from, int count) {
    return new Matrix(values, index(from, 0), count, columns, rowStride, columnStride);
  }

  /**
   * Cuts some of the columns out.
   *
   * @param from the first column
   * @param count the number of columns
   * @return a view of them
   */
  public Matrix columns(int from, int count) {
    return new Matrix(values, index(0, from), rows, count, rowStride, columnStride);
  }

  /**
   * Rounds a size up to a multiple of {@link #PADDING}.
   *
   * @param size a number of elements
   * @return the padded size
   * @throws ArithmeticException if it does not fit an {@code int}
   */
  public static int padded(int size) {
    return Math.addExact(size, PADDING - 1) & -PADDING;
  }

  /**
   * Chooses the distance between rows: an odd number of cache lines, so that the elements of a
   * column, which a product reads one after the other, spread over all sets of the cache.
   *
   * @param columns the number of columns, padded
   * @return the distance, at least the number of columns
   */
  public static int spreadStride(int columns) {
    return PADDING * (columns / PADDING | 1);
  }
}
