package org.staccato.trainer.learn;

/** The forward and backward pass of a head over a window. Confined to one thread at a time. */
interface HeadPass {

  /**
   * Adds the gradients of the head's parameters and sets the gradient of the input.
   *
   * @param gradient the gradient of all weights
   * @param share the weight of one target in the loss, 1 over their number
   * @return the sum of the losses of the window's targets
   */
  double run(LearntWeights weights, float[] gradient, float share);

  /** Makes passes with scratch of their own. */
  interface Factory {

    /**
     * Makes a pass.
     *
     * @param input the output of the last layer
     * @param window the window of each pass
     */
    HeadPass newPass(ParameterArray parameters, Rows input, Window window);
  }
}
