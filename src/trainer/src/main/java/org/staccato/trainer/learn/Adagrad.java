package org.staccato.trainer.learn;

/**
 * Adagrad: the step of a weight is its gradient over the root of the sum of all its squares so far.
 * (J. Duchi et al., 2011.)
 */
final class Adagrad extends DecoupledDecay {
  private static final float EPSILON = 1e-10f;

  private final float[] squares;

  Adagrad(ParameterArray parameters, double weightDecay) {
    super(parameters, weightDecay);
    squares = new float[parameters.size()];
  }

  @Override
  public void advance() {}

  @Override
  void moveRow(float[] weights, float[] gradient, int from, int end, Factors factors) {
    move(weights, gradient, from, end, factors);
  }

  @Override
  void move(float[] weights, float[] gradient, int from, int end, Factors factors) {
    float scale = (float) factors.gradientScale();
    float rate = (float) factors.rate();
    float keep = (float) factors.keep();
    for (int i = from; i < end; i++) {
      float g = gradient[i] * scale;
      float sum = squares[i] + g * g;
      squares[i] = sum;
      weights[i] = weights[i] * keep - rate * g / ((float) Math.sqrt(sum) + EPSILON);
    }
  }
}
