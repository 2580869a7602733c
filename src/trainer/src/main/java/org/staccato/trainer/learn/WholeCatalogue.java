package org.staccato.trainer.learn;

import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;

/** Scores every item: the column of an item is its number, and no weight is copied. */
final class WholeCatalogue implements Candidates {
  private final RankingRanges ranges;
  private final float[] addends;

  /**
   * Makes candidates of the catalogue.
   *
   * @param addends for each item, padded, what its score gains while learning; empty for nothing
   */
  WholeCatalogue(RankingRanges ranges, float[] addends) {
    this.ranges = ranges;
    this.addends = addends;
  }

  @Override
  public ScoreTile newTile() {
    return new ScoreTile(ranges.items());
  }

  @Override
  public void begin(LearntWeights weights, ScoreTile tile, int seed) {
    System.arraycopy(weights.values, ranges.bias().offset(), tile.bias, 0, ranges.items());
    Elements.multiplyAdd(1f, addends, 0, tile.bias, 0, addends.length);
  }

  @Override
  public void place(LearntWeights weights, ScoreTile tile) {}

  @Override
  public Matrix columns(LearntWeights weights) {
    return weights.copy(ranges.matrix());
  }

  @Override
  public Matrix rows(LearntWeights weights) {
    return weights.stored(ranges.matrix());
  }

  @Override
  public Matrix rowGradient(float[] gradient) {
    return ranges.matrix().matrix(gradient);
  }

  @Override
  public Matrix biasGradient(float[] gradient) {
    return Matrix.of(gradient, ranges.bias().offset(), ranges.bias().size(), 1);
  }

  @Override
  public void endTile(float[] gradient) {}

  @Override
  public void end(float[] gradient) {}
}
