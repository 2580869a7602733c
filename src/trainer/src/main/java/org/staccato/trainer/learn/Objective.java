package org.staccato.trainer.learn;

import org.staccato.trainer.evaluate.Metric;

/**
 * The objective of a training: a loss of the scores, its gradient, and the metric that evaluates
 * the network. Confined to one thread at a time.
 */
interface Objective {

  /** Returns the metric that selects the best epoch, unless the caller chooses another one. */
  Metric defaultMetric();

  /**
   * Replaces the scores of a tile by their gradient.
   *
   * @param tile the scores, biases and targets; receives the gradient in the form that {@link
   *     ScoreTile} describes
   * @param share the weight of a row in the loss, 1 over the number of rows of all tiles
   * @return the unweighted sum of the losses of the rows
   */
  double differentiate(ScoreTile tile, float share);
}
