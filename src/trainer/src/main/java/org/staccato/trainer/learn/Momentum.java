package org.staccato.trainer.learn;

/**
 * Gradient descent with momentum: the step of a weight is its gradient plus 0.9 times the step
 * before. (B. Polyak, 1964.)
 */
final class Momentum extends DecoupledDecay {
  private static final float MOMENTUM = 0.9f;

  private final float[] velocity;

  Momentum(ParameterArray parameters, double weightDecay) {
    super(parameters, weightDecay);
    velocity = new float[parameters.size()];
  }

  @Override
  public void advance() {}

  @Override
  void moveRow(float[] weights, float[] gradient, int from, int end, Factors factors) {
    // The sum of the steps to which a gradient would lead.
    float step = (float) (factors.rate() * factors.gradientScale() / (1 - MOMENTUM));
    float keep = (float) factors.keep();
    for (int i = from; i < end; i++) {
      weights[i] = weights[i] * keep - step * gradient[i];
    }
  }

  @Override
  void move(float[] weights, float[] gradient, int from, int end, Factors factors) {
    float scale = (float) factors.gradientScale();
    float rate = (float) factors.rate();
    float keep = (float) factors.keep();
    for (int i = from; i < end; i++) {
      float step = MOMENTUM * velocity[i] + gradient[i] * scale;
      velocity[i] = step;
      weights[i] = weights[i] * keep - rate * step;
    }
  }
}
