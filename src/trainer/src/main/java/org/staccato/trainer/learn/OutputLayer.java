package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Exponential;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;

/**
 * Scores of the whole catalogue, softmax and cross-entropy, forward and backward in one go over
 * blocks of rows, so that memory does not grow with rows × catalogue. Confined to one thread at a
 * time.
 *
 * <p>With p = softmax(s), the gradient of −log p[target] by the scores is p − onehot(target). The
 * division by the sum of exponentials is moved to the hidden rows, which are narrower.
 */
final class OutputLayer {
  private static final int BLOCK = 64;

  private final Layout layout;
  private final int width;
  private final int items;
  private final int stride;
  private final float[] scores;
  private final float[] hidden;
  private final float[] scaled;
  private final float[] dHidden;
  private final float[] factors = new float[BLOCK];
  private final int[] blockRows = new int[BLOCK];
  private final float[] partial = new float[Matrix.PADDING];
  private final float[] bias;

  OutputLayer(Layout layout) {
    this.layout = layout;
    width = layout.outputWidth();
    items = layout.paddedItems();
    stride = TransposedWeights.scoreStride(layout);
    scores = new float[Math.multiplyExact(BLOCK, stride)];
    hidden = new float[BLOCK * width];
    scaled = new float[BLOCK * width];
    dHidden = new float[BLOCK * width];
    bias = new float[items];
  }

  /**
   * Adds to the gradient of the output's weights and sets that of the hidden rows.
   *
   * @param rowHidden the hidden state of each row of the window
   * @param dRowHidden receives its gradient
   * @param share the weight of one target in the loss, 1 over their number
   * @return the sum over the window's targets of −log p[target], in nats
   */
  double run(
      float[] weights,
      TransposedWeights transposed,
      float[] gradient,
      Window window,
      float[] rowHidden,
      float[] dRowHidden,
      float share) {
    System.arraycopy(weights, layout.outputBiasAt(), bias, 0, items);
    double loss = 0;
    int count = 0;
    for (int row = 0; row < window.rows(); row++) {
      if (window.targets[row] == Window.NONE) {
        Arrays.fill(dRowHidden, row * width, (row + 1) * width, 0f);
        continue;
      }
      System.arraycopy(rowHidden, row * width, hidden, count * width, width);
      blockRows[count++] = row;
      if (count == BLOCK) {
        loss += block(weights, transposed, gradient, window, dRowHidden, count, share);
        count = 0;
      }
    }
    if (count > 0) {
      loss += block(weights, transposed, gradient, window, dRowHidden, count, share);
    }
    return loss;
  }

  private double block(
      float[] weights,
      TransposedWeights transposed,
      float[] gradient,
      Window window,
      float[] dRowHidden,
      int count,
      float share) {
    int tiles = -Math.floorDiv(-count, Gemm.TILE_ROWS) * Gemm.TILE_ROWS;
    Matrix block = new Matrix(scores, 0, tiles, items, stride, 1);
    Gemm.multiply(Matrix.of(hidden, 0, tiles, width), transposed.output(), block);
    double loss = softmax(window, count, share, gradient);
    Gemm.multiply(block, layout.output(weights), Matrix.of(dHidden, 0, tiles, width));
    Gemm.multiplyAdd(
        block.rows(0, count).transpose(),
        Matrix.of(scaled, 0, count, width),
        layout.output(gradient));
    for (int i = 0; i < count; i++) {
      int target = window.targets[blockRows[i]];
      int atTarget = layout.outputAt() + target * width;
      int at = blockRows[i] * width;
      Elements.multiply(factors[i], dHidden, i * width, dRowHidden, at, width);
      Elements.multiplyAdd(-share, weights, atTarget, dRowHidden, at, width);
      Elements.multiplyAdd(-share, hidden, i * width, gradient, atTarget, width);
      gradient[layout.outputBiasAt() + target] -= share;
    }
    return loss;
  }

  /** Leaves exponentials in the scores and the factor that makes them gradients per row. */
  private double softmax(Window window, int count, float share, float[] gradient) {
    double loss = 0;
    for (int i = 0; i < count; i++) {
      int at = i * stride;
      int target = window.targets[blockRows[i]];
      float max = Exponential.max(scores, at, items, bias);
      float score = scores[at + target] + bias[target];
      Exponential.exponentiate(scores, at, items, bias, max, partial);
      double sum = 0;
      for (int lane = 0; lane < Exponential.partialSums(); lane++) {
        sum += partial[lane];
      }
      loss += Math.log(sum) + max - score;
      factors[i] = (float) (share / sum);
      Elements.multiply(factors[i], hidden, i * width, scaled, i * width, width);
      Elements.multiplyAdd(factors[i], scores, at, gradient, layout.outputBiasAt(), items);
    }
    return loss;
  }
}
