package org.staccato.trainer.learn;

import org.staccato.trainer.evaluate.Metric;

/**
 * What a network learns: a loss of its scores, with the gradient, and the figure that judges it.
 * Confined to one thread at a time.
 */
interface Objective {

  /** The figure that says which epoch is the best, unless another one is chosen. */
  Metric defaultMetric();

  /**
   * Replaces the scores of a tile by their gradient.
   *
   * @param tile scores, biases and targets; receives the gradient, as its class describes
   * @param share the weight of a row in the loss, 1 over the number of rows of all tiles
   * @return the sum of the losses of the rows, not weighted
   */
  double differentiate(ScoreTile tile, float share);
}
