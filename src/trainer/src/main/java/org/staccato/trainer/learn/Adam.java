package org.staccato.trainer.learn;

import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Elements.AdamStep;

/** The moments of Adam for all weights, and its step on a range of them. */
final class Adam {
  private static final double MEAN_DECAY = 0.9;
  private static final double VARIANCE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  private final Layout layout;
  private final float[] mean;
  private final float[] variance;
  private double meanWeight = 1;
  private double varianceWeight = 1;

  Adam(Layout layout) {
    this.layout = layout;
    mean = new float[layout.size()];
    variance = new float[layout.size()];
  }

  /** Counts one more update; call before the ranges of it. */
  void advance() {
    meanWeight *= MEAN_DECAY;
    varianceWeight *= VARIANCE_DECAY;
  }

  /**
   * Moves the weights in [from, end), both multiples of the padding.
   *
   * @param gradientScale multiplies the gradient
   */
  void step(
      float[] weights,
      float[] gradient,
      int from,
      int end,
      double gradientScale,
      double rate,
      double weightDecay) {
    int middle = Math.clamp(layout.matrices(), from, end);
    Elements.adam(
        weights,
        gradient,
        mean,
        variance,
        from,
        middle - from,
        factors(gradientScale, rate, weightDecay));
    Elements.adam(
        weights, gradient, mean, variance, middle, end - middle, factors(gradientScale, rate, 0));
  }

  private AdamStep factors(double gradientScale, double rate, double weightDecay) {
    return new AdamStep(
        (float) gradientScale,
        (float) MEAN_DECAY,
        (float) VARIANCE_DECAY,
        (float) (rate / (1 - meanWeight)),
        (float) (1 / (1 - varianceWeight)),
        (float) EPSILON,
        (float) (1 - rate * weightDecay));
  }
}
