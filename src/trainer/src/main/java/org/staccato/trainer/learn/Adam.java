package org.staccato.trainer.learn;

import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Elements.AdamStep;

/**
 * Adam with decoupled weight decay of the parameters that decay. (D. Kingma and J. Ba, 2015; I.
 * Loshchilov and F. Hutter, 2019.)
 */
final class Adam implements Optimizer {
  private static final double MEAN_DECAY = 0.9;
  private static final double VARIANCE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  private final int decaying;
  private final double weightDecay;
  private final float[] mean;
  private final float[] variance;
  private double meanWeight = 1;
  private double varianceWeight = 1;

  Adam(ParameterArray parameters, double weightDecay) {
    this.weightDecay = weightDecay;
    decaying = parameters.decaying();
    mean = new float[parameters.size()];
    variance = new float[parameters.size()];
  }

  @Override
  public void advance() {
    meanWeight *= MEAN_DECAY;
    varianceWeight *= VARIANCE_DECAY;
  }

  @Override
  public void step(
      float[] weights, float[] gradient, int from, int end, double gradientScale, double rate) {
    int middle = Math.clamp(decaying, from, end);
    AdamStep decayed = factors(gradientScale, rate, weightDecay);
    AdamStep kept = factors(gradientScale, rate, 0);
    Elements.adam(weights, gradient, mean, variance, from, middle - from, decayed);
    Elements.adam(weights, gradient, mean, variance, middle, end - middle, kept);
  }

  private AdamStep factors(double gradientScale, double rate, double decay) {
    return new AdamStep(
        (float) gradientScale,
        (float) MEAN_DECAY,
        (float) VARIANCE_DECAY,
        (float) (rate / (1 - meanWeight)),
        (float) (1 / (1 - varianceWeight)),
        (float) EPSILON,
        (float) (1 - rate * decay));
  }
}
