package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.trainer.kernel.Elements;

/**
 * The forward and backward pass of a ranking head whose loss is that of the target's score alone:
 * reads and changes the rows of the targets, not the catalogue's.
 */
final class ValuePass implements HeadPass {
  private final ParameterRange matrix;
  private final ParameterRange bias;
  private final ValueObjective.Loss loss;
  private final Rows input;
  private final Window window;

  ValuePass(ParameterArray parameters, ValueObjective.Loss loss, Rows input, Window window) {
    Ranking ranking = parameters.ranking();
    matrix =
        parameters.range(
            ranking.tied()
                ? ModelSpecification.embeddingName()
                : ModelSpecification.headName(ranking.name(), Head.WEIGHTS));
    bias = parameters.range(ModelSpecification.headName(ranking.name(), Head.BIAS));
    this.loss = loss;
    this.input = input;
    this.window = window;
  }

  @Override
  public double run(LearntWeights weights, float[] gradient, float share, int seed) {
    int width = input.width();
    double sum = 0;
    for (int row = 0; row < window.rows(); row++) {
      int at = row * width;
      Arrays.fill(input.gradient(), at, at + width, 0f);
      int item = window.targets[row];
      if (item == Window.NONE) {
        continue;
      }
      int atItem = matrix.offset() + item * width;
      double score = weights.values[bias.offset() + item];
      for (int i = 0; i < width; i++) {
        score += weights.values[atItem + i] * input.values()[at + i];
      }
      sum += loss.of(score, window.values[row]);
      float slope = share * (float) loss.slope(score, window.values[row]);
      Elements.multiplyAdd(slope, weights.values, atItem, input.gradient(), at, width);
      Elements.multiplyAdd(slope, input.values(), at, gradient, atItem, width);
      gradient[bias.offset() + item] += slope;
    }
    return sum;
  }
}
