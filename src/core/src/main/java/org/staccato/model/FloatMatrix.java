package org.staccato.model;

import java.lang.foreign.MemorySegment;
import org.staccato.memory.LittleEndian;

/**
 * A matrix of floats as a trainer holds it, which may exceed an array. The caller owns its memory
 * and must not change it during an export.
 */
public interface FloatMatrix {

  /** {@return the number of rows} */
  int rows();

  /** {@return the number of columns} */
  int columns();

  /**
   * Reads an element.
   *
   * @param row the row, from 0
   * @param column the column, from 0
   * @return the element
   */
  float at(int row, int column);

  /**
   * Makes a matrix of an array, which is not copied.
   *
   * @param values rows × columns elements, row-major
   * @param columns the number of columns, at least 1
   * @return the matrix
   * @throws IllegalArgumentException if the array does not hold whole rows
   */
  static FloatMatrix of(float[] values, int columns) {
    int rows = rows(values.length, columns);
    return new FloatMatrix() {
      @Override
      public int rows() {
        return rows;
      }

      @Override
      public int columns() {
        return columns;
      }

      @Override
      public float at(int row, int column) {
        return values[row * columns + column];
      }
    };
  }

  /**
   * Makes a matrix of memory, which is not copied.
   *
   * @param values rows × columns little-endian floats, row-major, at any address
   * @param columns the number of columns, at least 1
   * @return the matrix, valid while the memory is
   * @throws IllegalArgumentException if the memory does not hold whole rows
   */
  static FloatMatrix of(MemorySegment values, int columns) {
    if (values.byteSize() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "matrix: found " + values.byteSize() + " bytes, expected whole floats");
    }
    int rows = rows(values.byteSize() / Float.BYTES, columns);
    return new FloatMatrix() {
      @Override
      public int rows() {
        return rows;
      }

      @Override
      public int columns() {
        return columns;
      }

      @Override
      public float at(int row, int column) {
        long index = (long) row * columns + column;
        return Float.intBitsToFloat(values.get(LittleEndian.UNALIGNED_INT, index * Float.BYTES));
      }
    };
  }

  private static int rows(long elements, int columns) {
    if (columns < 1 || elements % columns != 0 || elements / columns > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "matrix: found " + elements + " values, expected less than 2³¹ rows of " + columns);
    }
    return (int) (elements / columns);
  }
}
