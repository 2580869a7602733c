package org.staccato.trainer.learn;

/**
 * How a gradient moves the weights.
 *
 * @param algorithm the optimizer
 * @param warmUp the share of all updates of a training during which the learning rate rises to its
 *     full height, at least 0 and below 1; the schedule begins after it
 * @param average the decay d of a running average of the weights, which is evaluated and exported
 *     in their place; at least 0 and below 1, 0 for none. After update t the average moves by the
 *     share 1 − min(d, (1 + t)/(10 + t)) towards the weights
 */
public record Updates(Algorithm algorithm, double warmUp, double average) {

  /** The optimizers. All of them decay weights apart from the gradient. */
  public enum Algorithm {
    /**
     * Adam; with weight decay AdamW. (D. Kingma and J. Ba, 2015; I. Loshchilov and F. Hutter,
     * 2019.)
     */
    ADAM,
    /**
     * Adagrad: the rate of a weight falls with the squares of its gradients. (J. Duchi et al.,
     * 2011.)
     */
    ADAGRAD,
    /** Stochastic gradient descent with a momentum of 0.9. (B. Polyak, 1964.) */
    MOMENTUM
  }

  /** Adam, without warm-up and average. */
  public static final Updates USUAL = new Updates(Algorithm.ADAM, 0, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public Updates {
    requireShare("warm-up", warmUp);
    requireShare("average", average);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + ": found " + value + ", expected at least 0 and below 1");
    }
  }

  /**
   * Replaces the optimizer.
   *
   * @param other the optimizer
   * @return the updates with it
   */
  public Updates withAlgorithm(Algorithm other) {
    return new Updates(other, warmUp, average);
  }

  /**
   * Replaces the warm-up.
   *
   * @param other the share of the updates
   * @return the updates with it
   */
  public Updates withWarmUp(double other) {
    return new Updates(algorithm, other, average);
  }

  /**
   * Replaces the average.
   *
   * @param other its decay
   * @return the updates with it
   */
  public Updates withAverage(double other) {
    return new Updates(algorithm, warmUp, other);
  }
}
