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
    Factors kept = new Factors(gradientScale, rate, 1);
    if (from < middle) {
      Factors decayed = new Factors(gradientScale, rate, 1 - rate * weightDecay);
      move(weights, gradient, from, middle, decayed);
    }
    move(weights, gradient, middle, end, kept);
  }

  /**
   * Moves the weights in [from, end), both multiples of the padding.
   *
   * @param gradient the gradient of all weights
   */
  abstract void move(float[] weights, float[] gradient, int from, int end, Factors factors);

  /**
   * The factors of an update.
   *
   * @param gradientScale multiplies the gradient
   * @param rate the learning rate
   * @param keep multiplies the weights before they move
   */
  record Factors(double gradientScale, double rate, double keep) {}
}
