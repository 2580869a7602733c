package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Exponential;
import org.staccato.trainer.kernel.Matrix;

/**
 * The cross-entropy of the softmax over the items of a tile, in nats. Over the whole catalogue the
 * prediction is a distribution over the items, of which a model serves the most probable ones.
 *
 * <p>With p = softmax(scores), the gradient of −log p[target] is p − onehot(target). The scores
 * become exponentials; the factor of the row divides them by their sum.
 *
 * <p>Label smoothing gives the share ε of the target's probability to all items alike (C. Szegedy
 * et al., 2016): the gradient is p − (1 − ε)·onehot(target) − ε/items.
 */
final class SoftmaxCrossEntropy implements Objective {
  private final double smoothing;
  private final float[] partial = new float[Matrix.PADDING];

  /**
   * Makes the objective.
   *
   * @param smoothing the share of the target's probability that all items get, 0 for none
   */
  SoftmaxCrossEntropy(double smoothing) {
    this.smoothing = smoothing;
  }

  @Override
  public double differentiate(ScoreTile tile, float share) {
    double loss = 0;
    for (int i = 0; i < tile.count; i++) {
      int at = i * tile.stride;
      int target = tile.targets[i];
      float max = Exponential.max(tile.scores, at, tile.items, tile.bias);
      float score = tile.scores[at + target] + tile.bias[target];
      double mean = smoothing == 0 ? 0 : mean(tile, at);
      Exponential.exponentiate(tile.scores, at, tile.items, tile.bias, max, partial);
      double sum = 0;
      for (int part = 0; part < Exponential.partialSums(); part++) {
        sum += partial[part];
      }
      if (smoothing == 0) {
        loss += Math.log(sum) + max - score;
      } else {
        loss += Math.log(sum) + max - (1 - smoothing) * score - smoothing * mean;
        subtract((float) (smoothing * sum / tile.used), tile.scores, at, tile.used);
      }
      tile.factors[i] = (float) (share / sum);
    }
    Arrays.fill(tile.ofTarget, 0, tile.count, (float) -((1 - smoothing) * share));
    return loss;
  }

  private static double mean(ScoreTile tile, int at) {
    double sum = 0;
    for (int item = 0; item < tile.used; item++) {
      sum += tile.scores[at + item] + tile.bias[item];
    }
    return sum / tile.used;
  }

  private static void subtract(float value, float[] scores, int from, int count) {
    for (int i = from; i < from + count; i++) {
      scores[i] -= value;
    }
  }
}
