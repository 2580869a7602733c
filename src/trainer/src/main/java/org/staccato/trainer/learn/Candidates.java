package org.staccato.trainer.learn;

import org.staccato.trainer.kernel.Matrix;

/**
 * The items that a ranking scores while it learns, as operands of the products of its tiles: column
 * j of a tile is row j of the matrices here. Confined to one thread at a time.
 */
interface Candidates {

  /** Makes a tile that holds the scores of all candidates. */
  ScoreTile newTile();

  /**
   * Begins a window.
   *
   * @param tile receives the biases
   * @param seed selects the sample
   */
  void begin(LearntWeights weights, ScoreTile tile, int seed);

  /** Replaces the targets of a tile, which are items, by their columns. */
  void place(LearntWeights weights, ScoreTile tile);

  /** Views the weights with a column for each candidate; its rows are contiguous. */
  Matrix columns(LearntWeights weights);

  /** Views the weights with a row for each candidate, without gaps between the rows. */
  Matrix rows(LearntWeights weights);

  /**
   * Views the sum of the gradients of {@link #rows}.
   *
   * @param gradient the gradient of all weights
   */
  Matrix rowGradient(float[] gradient);

  /**
   * Views the sum of the gradients of the biases as one column.
   *
   * @param gradient the gradient of all weights
   */
  Matrix biasGradient(float[] gradient);

  /** Ends a tile: its targets may lose their columns. */
  void endTile(float[] gradient);

  /** Ends a window: all sums have reached the gradient of all weights. */
  void end(float[] gradient);
}
