package org.staccato.trainer.learn;

import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Elements.AdamStep;

/**
 * Adam. (D. Kingma and J. Ba, 2015.) Rows that not every update moves have no running mean of their
 * gradient, only one of its square.
 */
final class Adam extends DecoupledDecay {
  private static final double MEAN_DECAY = 0.9;
  private static final double VARIANCE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  private final float[] mean;
  private final float[] variance;
  private double meanWeight = 1;
  private double varianceWeight = 1;

  Adam(ParameterArray parameters, double weightDecay) {
    super(parameters, weightDecay);
    mean = new float[parameters.size()];
    variance = new float[parameters.size()];
  }

  @Override
  public void advance() {
    meanWeight *= MEAN_DECAY;
    varianceWeight *= VARIANCE_DECAY;
  }

  @Override
  void move(float[] weights, float[] gradient, int from, int end, Factors factors) {
    AdamStep step = step(factors, MEAN_DECAY, 1 - meanWeight);
    Elements.adam(weights, gradient, mean, variance, from, end - from, step);
  }

  @Override
  void moveRow(float[] weights, float[] gradient, int from, int end, Factors factors) {
    AdamStep step = step(factors, 0, 1);
    // Without decay the mean is the gradient.
    Elements.adam(weights, gradient, gradient, variance, from, end - from, step);
  }

  private AdamStep step(Factors factors, double meanDecay, double meanCorrection) {
    return new AdamStep(
        (float) factors.gradientScale(),
        (float) meanDecay,
        (float) VARIANCE_DECAY,
        (float) (factors.rate() / meanCorrection),
        (float) (1 / (1 - varianceWeight)),
        (float) EPSILON,
        (float) factors.keep());
  }
}
