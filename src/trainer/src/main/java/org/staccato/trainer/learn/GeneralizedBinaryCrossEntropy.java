package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Exponential;
import org.staccato.trainer.kernel.Matrix;

/**
 * Generalised binary cross-entropy. (A. Petrov and C. Macdonald, "gSASRec: Reducing Overconfidence
 * in Sequential Recommendation Trained with Negative Sampling", RecSys 2023.)
 *
 * <p>With t the score of the target and s those of the negatives: loss = −β·log σ(t) − Σ log(1 −
 * σ(s)), which is the paper's times the number of terms. Its gradient is −β·(1 − σ(t)) and σ(s).
 */
final class GeneralizedBinaryCrossEntropy implements Objective {
  /** Scores are limited to ±this, where σ is 0 or 1 in single precision. */
  private static final float LIMIT = 80;

  private final double exponent;
  private final float[] partial = new float[Matrix.PADDING];

  /**
   * Makes the objective.
   *
   * @param exponent β
   */
  GeneralizedBinaryCrossEntropy(double exponent) {
    this.exponent = exponent;
  }

  @Override
  public double differentiate(ScoreTile tile, float share) {
    double loss = 0;
    for (int row = 0; row < tile.count; row++) {
      loss += differentiate(tile, row);
      tile.factors[row] = share;
      tile.ofTarget[row] *= share;
    }
    return loss;
  }

  private double differentiate(ScoreTile tile, int row) {
    float[] values = tile.scores;
    int at = row * tile.stride;
    int target = tile.targets[row];
    double score = (double) values[at + target] + tile.bias[target];
    for (int j = 0; j < tile.negatives; j++) {
      values[at + j] = Math.clamp(values[at + j] + tile.bias[j], -LIMIT, LIMIT) - tile.bias[j];
    }
    Exponential.exponentiate(values, at, tile.items, tile.bias, 0, partial);
    values[at + target] = 0;
    Arrays.fill(values, at + tile.negatives, at + tile.items, 0f);
    double loss = exponent * Math.log1p(Math.exp(-score));
    double product = 1;
    for (int j = 0; j < tile.negatives; j++) {
      // The logarithm of a product costs less than one of each factor; a factor is below 10³⁵.
      product *= 1 + (double) values[at + j];
      if (product > 1e250) {
        loss += Math.log(product);
        product = 1;
      }
      values[at + j] = values[at + j] / (1 + values[at + j]);
    }
    tile.ofTarget[row] = (float) (-exponent / (1 + Math.exp(score)));
    return loss + Math.log(product);
  }
}
