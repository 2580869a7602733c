package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Matrix;

/**
 * Scores of items for some rows of a window, which an {@link Objective} turns into the gradient of
 * its loss, in place. The items are those of the whole catalogue or a sample: {@link Candidates}
 * decides which item a column belongs to. The memory is that of one tile and does not grow with the
 * window.
 *
 * <p>The score of column j in row i is {@code scores[i · stride + j] + bias[j]}. Its gradient is
 * {@code factors[i] · scores[i · stride + j]}, plus {@code ofTarget[i]} for the target: an
 * objective therefore needs no further pass over the scores to scale them. The gradient of the
 * columns behind {@link #used} is 0.
 */
final class ScoreTile {

  /** The maximum number of rows of a tile. */
  static final int ROWS = 64;

  /** The bias of padding, which makes its probability exactly 0. */
  static final float NEVER = -1e30f;

  /** The distance between the scores of two rows. */
  final int stride;

  final float[] scores;
  final float[] bias;

  /** The column of the target of each row. */
  final int[] targets = new int[ROWS];

  final float[] factors = new float[ROWS];
  final float[] ofTarget = new float[ROWS];

  /** The number of rows that are in use. */
  int count;

  /** The number of columns that belong to an item. */
  int used;

  /** The padded number of columns. */
  int items;

  /** The number of leading columns that are negatives for every row whose target they are not. */
  int negatives;

  /**
   * Makes a tile whose columns are all in use.
   *
   * @param columns the maximum number of items
   * @throws ArithmeticException if the scores do not fit an array
   */
  ScoreTile(int columns) {
    used = columns;
    negatives = columns;
    items = Matrix.padded(columns);
    stride = Matrix.spreadStride(items);
    scores = new float[Math.multiplyExact(ROWS, stride)];
    bias = new float[items];
    Arrays.fill(bias, NEVER);
  }

  /** Views the scores of the first rows. */
  Matrix matrix(int rows) {
    return new Matrix(scores, 0, rows, items, stride, 1);
  }
}
