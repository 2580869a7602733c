package org.staccato.trainer.learn;

/**
 * The output of a part of the network, a row for each step and stream of a window, and the gradient
 * of the loss with respect to it.
 *
 * @param width the padded width of a row
 * @param values the output
 * @param gradient the gradient of the output, which the part above sets
 */
record Rows(int width, float[] values, float[] gradient) {

  /** Makes rows of zeros for the longest window. */
  static Rows of(Window window, int width) {
    int size = Math.multiplyExact(window.maxRows(), width);
    return new Rows(width, new float[size], new float[size]);
  }
}
