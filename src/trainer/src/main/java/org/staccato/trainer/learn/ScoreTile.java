package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Matrix;

/**
 * Scores of the whole catalogue for some rows of a window, which an {@link Objective} turns into
 * the gradient of its loss, in place. The memory is that of one tile and does not grow with the
 * window.
 *
 * <p>The score of item j in row i is {@code scores[i · stride + j] + bias[j]}. Its gradient is
 * {@code factors[i] · scores[i · stride + j]}, plus {@code ofTarget[i]} for the target: an
 * objective therefore needs no further pass over the scores to scale them.
 */
final class ScoreTile {

  /** The maximum number of rows of a tile. */
  static final int ROWS = 64;

  /** The bias of padding items, which makes their probability exactly 0. */
  private static final float NEVER = -1e30f;

  /** The padded number of items. */
  final int items;

  /** The distance between the scores of two rows. */
  final int stride;

  final float[] scores;
  final float[] bias;
  final int[] targets = new int[ROWS];
  final float[] factors = new float[ROWS];
  final float[] ofTarget = new float[ROWS];

  /** The number of rows that are in use. */
  int count;

  /**
   * Makes a tile.
   *
   * @param catalogue the number of items
   * @throws ArithmeticException if the scores do not fit an array
   */
  ScoreTile(int catalogue) {
    items = Matrix.padded(catalogue);
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
