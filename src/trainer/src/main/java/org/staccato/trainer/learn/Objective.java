package org.staccato.trainer.learn;

/**
 * The objective of a training: a loss of the scores and its gradient. Confined to one thread at a
 * time.
 */
interface Objective {

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
