package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.kernel.Exponential;
import org.staccato.trainer.kernel.Matrix;

/**
 * The cross-entropy of the softmax over the whole catalogue, in nats; nothing is sampled. The
 * prediction is a distribution over the items, of which a model serves the most probable ones.
 *
 * <p>With p = softmax(scores), the gradient of −log p[target] is p − onehot(target). The scores
 * become exponentials; the factor of the row divides them by their sum.
 */
final class FullCrossEntropy implements Objective {
  private final float[] partial = new float[Matrix.PADDING];

  @Override
  public Metric defaultMetric() {
    return new Metric(Metric.Kind.NDCG, 10);
  }

  @Override
  public double differentiate(ScoreTile tile, float share) {
    double loss = 0;
    for (int i = 0; i < tile.count; i++) {
      int at = i * tile.stride;
      int target = tile.targets[i];
      float max = Exponential.max(tile.scores, at, tile.items, tile.bias);
      float score = tile.scores[at + target] + tile.bias[target];
      Exponential.exponentiate(tile.scores, at, tile.items, tile.bias, max, partial);
      double sum = 0;
      for (int part = 0; part < Exponential.partialSums(); part++) {
        sum += partial[part];
      }
      loss += Math.log(sum) + max - score;
      tile.factors[i] = (float) (share / sum);
    }
    Arrays.fill(tile.ofTarget, 0, tile.count, -share);
    return loss;
  }
}
