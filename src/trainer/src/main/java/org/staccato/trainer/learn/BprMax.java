package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Exponential;
import org.staccato.trainer.kernel.Matrix;

/**
 * BPR-max with score regularisation. (B. Hidasi and A. Karatzoglou, "Recurrent Neural Networks with
 * Top-k Gains for Session-based Recommendations", CIKM 2018, section 3.3.)
 *
 * <p>With q the softmax over the scores of the negatives, s their scores, t the score of the target
 * and g = σ(t − s): loss = −log A + λ·R with A = Σ q·g and R = Σ q·s². Its gradient with respect to
 * a negative is q·(g·(1 − g) − g + A)/A + λ·q·(2·s + s² − R), with respect to the target −Σ q·g·(1
 * − g)/A.
 */
final class BprMax implements Objective {
  private final double regularization;
  private final float[] partial = new float[Matrix.PADDING];
  private float[] raw = new float[0];

  /**
   * Makes the objective.
   *
   * @param regularization λ
   */
  BprMax(double regularization) {
    this.regularization = regularization;
  }

  @Override
  public double differentiate(ScoreTile tile, float share) {
    if (raw.length < tile.items) {
      raw = new float[tile.items];
    }
    double loss = 0;
    for (int row = 0; row < tile.count; row++) {
      loss += differentiate(tile, row);
      tile.factors[row] = share;
      tile.ofTarget[row] *= share;
    }
    return loss;
  }

  /** Replaces the scores of a row by their gradient; returns the loss. */
  private double differentiate(ScoreTile tile, int row) {
    float[] values = tile.scores;
    int at = row * tile.stride;
    int target = tile.targets[row];
    int negatives = tile.negatives;
    double ofTarget = (double) values[at + target] + tile.bias[target];
    for (int j = 0; j < negatives; j++) {
      raw[j] = values[at + j] + tile.bias[j];
    }
    float max = Exponential.max(values, at, tile.items, tile.bias);
    Exponential.exponentiate(values, at, tile.items, tile.bias, max, partial);
    // The target is no negative of its own row.
    values[at + target] = 0;
    double targetPower = Math.max(Math.exp(ofTarget - max), Double.MIN_NORMAL);
    double sum = 0;
    double won = 0;
    double squares = 0;
    double slopes = 0;
    for (int j = 0; j < negatives; j++) {
      double power = values[at + j];
      double preferred = targetPower / (targetPower + power);
      sum += power;
      won += power * preferred;
      slopes += power * preferred * (1 - preferred);
      squares += power * raw[j] * raw[j];
    }
    Arrays.fill(values, at + negatives, at + tile.items, 0f);
    if (sum == 0) {
      // The target is the only candidate, or the scores of all others are far below.
      Arrays.fill(values, at, at + tile.items, 0f);
      tile.ofTarget[row] = 0;
      return 0;
    }
    double mean = squares / sum;
    double average = won / sum;
    for (int j = 0; j < negatives; j++) {
      double power = values[at + j];
      double preferred = targetPower / (targetPower + power);
      double ofPair = (preferred * (1 - preferred) - preferred + average) / average;
      double ofScore = regularization * (2 + raw[j]) * raw[j] - regularization * mean;
      values[at + j] = (float) (power / sum * (ofPair + ofScore));
    }
    tile.ofTarget[row] = (float) (-slopes / won);
    return -Math.log(average) + regularization * mean;
  }
}
