package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Matrix;

/**
 * The rows of a parameter of items for which a window has a gradient; that of all others is 0. A
 * row of a matrix belongs to one item, a row of a vector is a block of {@link Matrix#PADDING}
 * items. Confined to one thread at a time.
 */
final class TouchedRows {
  private final int offset;
  private final int width;
  private final int itemsOfRow;
  private final long[] marks;
  private int[] rows = new int[1024];
  private int count;

  /** Makes an empty set of the rows of a parameter. */
  TouchedRows(ParameterRange range) {
    boolean matrix = range.parameter().isMatrix();
    offset = range.offset();
    width = matrix ? Matrix.padded(range.parameter().columns()) : Matrix.PADDING;
    itemsOfRow = matrix ? 1 : Matrix.PADDING;
    marks = new long[Math.ceilDiv(range.size() / width, Long.SIZE)];
  }

  /** Adds the row of an item. */
  void addItem(int item) {
    add(item / itemsOfRow);
  }

  private void add(int row) {
    long bit = 1L << row;
    if ((marks[row / Long.SIZE] & bit) == 0) {
      marks[row / Long.SIZE] |= bit;
      if (count == rows.length) {
        rows = Arrays.copyOf(rows, 2 * count);
      }
      rows[count++] = row;
    }
  }

  /** Adds the rows of another set of the same parameter. */
  void addAll(TouchedRows other) {
    for (int i = 0; i < other.count; i++) {
      add(other.rows[i]);
    }
  }

  /** Removes all rows. */
  void clear() {
    for (int i = 0; i < count; i++) {
      marks[rows[i] / Long.SIZE] = 0;
    }
    count = 0;
  }

  /** Returns the number of rows. */
  int count() {
    return count;
  }

  /** Returns the number of elements of a row, a multiple of the padding. */
  int width() {
    return width;
  }

  /** Returns the index of the first element of a row, by the order in which rows were added. */
  int at(int place) {
    return offset + rows[place] * width;
  }
}
