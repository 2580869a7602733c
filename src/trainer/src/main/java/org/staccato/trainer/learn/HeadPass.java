package org.staccato.trainer.learn;

/** The forward and backward pass of a head over a window. Confined to one thread at a time. */
interface HeadPass {

  /**
   * Adds the gradients of the head's parameters and sets the gradient of the input.
   *
   * @param gradient the gradient of all weights
   * @param share the weight of one target in the loss, 1 over their number
   * @param seed selects the candidates, where they are a sample
   * @return the sum of the losses of the window's targets
   */
  double run(LearntWeights weights, float[] gradient, float share, int seed);

  /** Makes passes with scratch of their own. */
  interface Factory {

    /**
     * Makes a pass.
     *
     * @param input the output of the last layer
     * @param window the window of each pass
     * @param touched receives the items whose rows a window touches, where these are learnt by row
     */
    HeadPass newPass(ParameterArray parameters, Rows input, Window window, TouchedItems touched);
  }
}
