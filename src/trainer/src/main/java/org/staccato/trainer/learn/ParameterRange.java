package org.staccato.trainer.learn;

import java.util.SplittableRandom;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * The range of a parameter in a flat array. Blocks of rows and the columns of a matrix are padded
 * to {@link Matrix#PADDING}; padding always stays 0, because its gradient is 0.
 *
 * @param offset the index of the first element
 */
record ParameterRange(Parameter parameter, ParameterLayout layout, int offset) {

  private int blockRows() {
    return parameter.rows() / layout.blocks();
  }

  private int paddedRows() {
    return Math.multiplyExact(layout.blocks(), Matrix.padded(blockRows()));
  }

  private int paddedColumns() {
    return parameter.isMatrix() ? Matrix.padded(parameter.columns()) : 1;
  }

  /** Returns the number of elements, including padding. */
  int size() {
    return Math.multiplyExact(paddedRows(), paddedColumns());
  }

  /** Views the range as it is stored, as an operand of products. */
  Matrix matrix(float[] values) {
    return layout.transposed()
        ? Matrix.of(values, offset, paddedColumns(), paddedRows())
        : Matrix.of(values, offset, paddedRows(), paddedColumns());
  }

  /** Views the range with the rows and columns of the parameter, and padding. */
  private Matrix parameterView(float[] values) {
    return layout.transposed() ? matrix(values).transpose() : matrix(values);
  }

  private int paddedRow(int row) {
    int block = row / blockRows();
    return block * Matrix.padded(blockRows()) + row % blockRows();
  }

  /** Draws the first values; does not touch padding. */
  void initialise(float[] values, SplittableRandom random) {
    Matrix view = parameterView(values);
    int outer = layout.transposed() ? parameter.columns() : parameter.rows();
    int inner = layout.transposed() ? parameter.rows() : parameter.columns();
    for (int i = 0; i < outer; i++) {
      for (int j = 0; j < inner; j++) {
        int row = layout.transposed() ? j : i;
        int column = layout.transposed() ? i : j;
        values[view.index(paddedRow(row), column)] = layout.initializer().draw(row, column, random);
      }
    }
  }

  /**
   * Adds the rows of a matrix to the range of a vector, one after the other: the gradient of what
   * is added to each of them.
   *
   * @param rows as wide as the vector with padding, without gaps between the rows
   * @param gradient the array of the range
   */
  void addRows(Matrix rows, float[] gradient) {
    int width = rows.columns();
    for (int row = 0; row < rows.rows(); row++) {
      Elements.multiplyAdd(1f, rows.values(), rows.index(row, 0), gradient, offset, width);
    }
  }

  /** Sets a row of the parameter to a row of another matrix. */
  void setRow(float[] values, int row, FloatMatrix from, int fromRow) {
    Matrix view = parameterView(values);
    int at = view.index(paddedRow(row), 0);
    for (int column = 0; column < parameter.columns(); column++) {
      values[at + column * view.columnStride()] = from.at(fromRow, column);
    }
  }

  /** Copies the elements without padding, row by row. */
  float[] copy(float[] values) {
    Matrix view = parameterView(values);
    int columns = parameter.columns();
    float[] elements = new float[Math.toIntExact(parameter.elements())];
    for (int row = 0; row < parameter.rows(); row++) {
      int at = view.index(paddedRow(row), 0);
      for (int column = 0; column < columns; column++) {
        elements[row * columns + column] = values[at + column * view.columnStride()];
      }
    }
    return elements;
  }
}
