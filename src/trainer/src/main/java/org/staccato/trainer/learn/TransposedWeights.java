package org.staccato.trainer.learn;

import org.staccato.model.ModelSpecification.Cell;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/**
 * Copies of the weight matrices in the other orientation, which the products need as right operand:
 * the output for scores, the layers for the backward pass. Refreshed after every update, by parts.
 */
final class TransposedWeights {
  private final Layout layout;
  private final Matrix output;
  private final Matrix[] input;
  private final Matrix[] recurrent;

  TransposedWeights(Layout layout) {
    this.layout = layout;
    output = matrix(layout.outputWidth(), layout.paddedItems(), scoreStride(layout));
    input = new Matrix[layout.layers()];
    recurrent = new Matrix[layout.layers()];
    for (int layer = 0; layer < layout.layers(); layer++) {
      int gates = Cell.LSTM.gates() * layout.hiddenWidth(layer);
      input[layer] = matrix(gates, layout.inputWidth(layer), layout.inputWidth(layer));
      recurrent[layer] = matrix(gates, layout.hiddenWidth(layer), layout.hiddenWidth(layer));
    }
  }

  /**
   * The distance between rows that are as wide as the catalogue: an odd number of cache lines, so
   * that the elements of a column spread over all sets of the cache.
   */
  static int scoreStride(Layout layout) {
    int lines = layout.paddedItems() / Matrix.PADDING;
    return Matrix.PADDING * (lines | 1);
  }

  private static Matrix matrix(int rows, int columns, int stride) {
    long size = (long) rows * stride;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the output layer has more than 2³¹ weights; choose a smaller hidden size");
    }
    return new Matrix(new float[(int) size], 0, rows, columns, stride, 1);
  }

  Matrix output() {
    return output;
  }

  Matrix input(int layer) {
    return input[layer];
  }

  Matrix recurrent(int layer) {
    return recurrent[layer];
  }

  /** Copies the part of each matrix that belongs to one of several threads. */
  void refresh(float[] weights, int part, int parts) {
    refresh(layout.output(weights), output, part, parts);
    for (int layer = 0; layer < layout.layers(); layer++) {
      refresh(layout.input(weights, layer), input[layer], part, parts);
      refresh(layout.recurrent(weights, layer), recurrent[layer], part, parts);
    }
  }

  private static void refresh(Matrix from, Matrix to, int part, int parts) {
    int blocks = from.rows() / Matrix.PADDING;
    int first = Matrix.PADDING * (int) ((long) blocks * part / parts);
    int end = Matrix.PADDING * (int) ((long) blocks * (part + 1) / parts);
    Elements.copy(from.rows(first, end - first), to.transpose().rows(first, end - first));
  }
}
