package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of a ranking head: scores the catalogue for the rows of a window
 * that have a target, takes the loss from the objective, and computes the gradients, tile by tile.
 * Confined to one thread at a time.
 */
final class RankingPass implements HeadPass {
  private final ParameterRange matrix;
  private final ParameterRange bias;
  private final int items;
  private final int width;
  private final Objective objective;
  private final Rows input;
  private final Window window;
  private final ScoreTile tile;
  private final int[] windowRows = new int[ScoreTile.ROWS];
  private final float[] hidden;
  private final float[] scaled;
  private final float[] dHidden;

  RankingPass(ParameterArray parameters, Objective objective, Rows input, Window window) {
    Ranking ranking = parameters.ranking();
    matrix =
        parameters.range(
            ranking.tied()
                ? ModelSpecification.embeddingName()
                : ModelSpecification.headName(ranking.name(), Head.WEIGHTS));
    bias = parameters.range(ModelSpecification.headName(ranking.name(), Head.BIAS));
    items = ranking.items();
    width = input.width();
    this.objective = objective;
    this.input = input;
    this.window = window;
    tile = new ScoreTile(items);
    hidden = new float[ScoreTile.ROWS * width];
    scaled = new float[ScoreTile.ROWS * width];
    dHidden = new float[ScoreTile.ROWS * width];
  }

  /**
   * Describes the storage and the first values of a parameter of the head: a matrix starts like
   * embeddings.
   *
   * @param scale the deviation of the first values of a matrix, times the root of its width
   * @param firstBias the first value of each bias
   */
  static ParameterLayout layout(Parameter parameter, double scale, float firstBias) {
    return parameter.isMatrix()
        ? ParameterLayout.rows(Initializer.normal(scale / Math.sqrt(parameter.columns())))
            .withCopy()
        : ParameterLayout.vector(1, (row, column, random) -> firstBias);
  }

  @Override
  public double run(LearntWeights weights, float[] gradient, float share) {
    System.arraycopy(weights.values, bias.offset(), tile.bias, 0, items);
    double loss = 0;
    tile.count = 0;
    for (int row = 0; row < window.rows(); row++) {
      if (window.targets[row] == Window.NONE) {
        Arrays.fill(input.gradient(), row * width, (row + 1) * width, 0f);
        continue;
      }
      System.arraycopy(input.values(), row * width, hidden, tile.count * width, width);
      tile.targets[tile.count] = window.targets[row];
      windowRows[tile.count++] = row;
      if (tile.count == ScoreTile.ROWS) {
        loss += runTile(weights, gradient, share);
        tile.count = 0;
      }
    }
    if (tile.count > 0) {
      loss += runTile(weights, gradient, share);
    }
    return loss;
  }

  private double runTile(LearntWeights weights, float[] gradient, float share) {
    int count = tile.count;
    int padded = Gemm.TILE_ROWS * Math.ceilDiv(count, Gemm.TILE_ROWS);
    Matrix scores = tile.matrix(padded);
    Gemm.multiply(Matrix.of(hidden, 0, padded, width), weights.copy(matrix), scores);
    double loss = objective.differentiate(tile, share);
    for (int i = 0; i < count; i++) {
      Elements.multiply(tile.factors[i], hidden, i * width, scaled, i * width, width);
      Elements.multiplyAdd(
          tile.factors[i], tile.scores, i * tile.stride, gradient, bias.offset(), tile.items);
    }
    Gemm.multiply(scores, weights.stored(matrix), Matrix.of(dHidden, 0, padded, width));
    Gemm.multiplyAdd(
        scores.rows(0, count).transpose(),
        Matrix.of(scaled, 0, count, width),
        matrix.matrix(gradient));
    for (int i = 0; i < count; i++) {
      int atTarget = matrix.offset() + tile.targets[i] * width;
      int at = windowRows[i] * width;
      float ofTarget = tile.ofTarget[i];
      Elements.multiply(tile.factors[i], dHidden, i * width, input.gradient(), at, width);
      Elements.multiplyAdd(ofTarget, weights.values, atTarget, input.gradient(), at, width);
      Elements.multiplyAdd(ofTarget, hidden, i * width, gradient, atTarget, width);
      gradient[bias.offset() + tile.targets[i]] += ofTarget;
    }
    return loss;
  }
}
