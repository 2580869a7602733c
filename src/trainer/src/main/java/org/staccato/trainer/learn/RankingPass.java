package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.model.Parameter;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;

/**
 * The forward and backward pass of a ranking head: scores the candidates for the rows of a window
 * that have a target, takes the loss from the objective, and computes the gradients, tile by tile.
 * Confined to one thread at a time.
 */
final class RankingPass implements HeadPass {
  private final int width;
  private final Objective objective;
  private final Candidates candidates;
  private final Rows input;
  private final Window window;
  private final ScoreTile tile;
  private final int[] windowRows = new int[ScoreTile.ROWS];
  private final float[] hidden;
  private final float[] scaled;
  private final float[] dHidden;

  RankingPass(Objective objective, Candidates candidates, Rows input, Window window) {
    width = input.width();
    this.objective = objective;
    this.candidates = candidates;
    this.input = input;
    this.window = window;
    tile = candidates.newTile();
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
  public double run(LearntWeights weights, float[] gradient, float share, int seed) {
    candidates.begin(weights, tile, seed);
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
    candidates.end(gradient);
    return loss;
  }

  private double runTile(LearntWeights weights, float[] gradient, float share) {
    candidates.place(weights, tile);
    int count = tile.count;
    int padded = Gemm.TILE_ROWS * Math.ceilDiv(count, Gemm.TILE_ROWS);
    Matrix scores = tile.matrix(padded);
    Matrix rows = candidates.rows(weights);
    Matrix rowGradient = candidates.rowGradient(gradient);
    Matrix biasGradient = candidates.biasGradient(gradient);
    Gemm.multiply(Matrix.of(hidden, 0, padded, width), candidates.columns(weights), scores);
    double loss = objective.differentiate(tile, share);
    for (int i = 0; i < count; i++) {
      Elements.multiply(tile.factors[i], hidden, i * width, scaled, i * width, width);
      Elements.multiplyAdd(
          tile.factors[i],
          tile.scores,
          i * tile.stride,
          biasGradient.values(),
          biasGradient.offset(),
          tile.items);
    }
    Gemm.multiply(scores, rows, Matrix.of(dHidden, 0, padded, width));
    Gemm.multiplyAdd(
        scores.rows(0, count).transpose(), Matrix.of(scaled, 0, count, width), rowGradient);
    for (int i = 0; i < count; i++) {
      int target = tile.targets[i];
      int atTarget = rowGradient.index(target, 0);
      int at = windowRows[i] * width;
      float ofTarget = tile.ofTarget[i];
      Elements.multiply(tile.factors[i], dHidden, i * width, input.gradient(), at, width);
      Elements.multiplyAdd(
          ofTarget, rows.values(), rows.index(target, 0), input.gradient(), at, width);
      Elements.multiplyAdd(ofTarget, hidden, i * width, rowGradient.values(), atTarget, width);
      biasGradient.values()[biasGradient.index(target, 0)] += ofTarget;
    }
    candidates.endTile(gradient);
    return loss;
  }
}
