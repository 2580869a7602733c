package org.staccato.trainer.learn;

/**
 * An optimizer whose weight decay is no part of the gradient. (I. Loshchilov and F. Hutter, 2019.)
 */
abstract class DecoupledDecay implements Optimizer {
  private final int decaying;
  private final double weightDecay;

  DecoupledDecay(ParameterArray parameters, double weightDecay) {
    decaying = parameters.decaying();
    this.weightDecay = weightDecay;
  }

  @Override
  public final void step(
      float[] weights, float[] gradient, int from, int end, double gradientScale, double rate) {
    int middle = Math.clamp(decaying, from, end);
    if (from < middle) {
      move(weights, gradient, from, middle, factors(gradientScale, rate, from));
    }
    move(weights, gradient, middle, end, new Factors(gradientScale, rate, 1));
  }

  @Override
  public final void stepRow(
      float[] weights, float[] gradient, int from, int end, double gradientScale, double rate) {
    moveRow(weights, gradient, from, end, factors(gradientScale, rate, from));
  }

  private Factors factors(double gradientScale, double rate, int from) {
    return new Factors(gradientScale, rate, from < decaying ? 1 - rate * weightDecay : 1);
  }

  /**
   * Moves the weights in [from, end), both multiples of the padding.
   *
   * @param gradient the gradient of all weights
   */
  abstract void move(float[] weights, float[] gradient, int from, int end, Factors factors);

  /**
   * Moves the weights of a row in [from, end), both multiples of the padding, as {@link #stepRow}
   * says. A row is of one parameter, which decays or does not.
   *
   * @param gradient the gradient of all weights
   */
  abstract void moveRow(float[] weights, float[] gradient, int from, int end, Factors factors);

  /**
   * The factors of an update.
   *
   * @param gradientScale multiplies the gradient
   * @param rate the learning rate
   * @param keep multiplies the weights before they move
   */
  record Factors(double gradientScale, double rate, double keep) {}
}
