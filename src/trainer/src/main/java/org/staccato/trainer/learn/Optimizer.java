package org.staccato.trainer.learn;

/**
 * Moves weights along their gradient, and keeps moments for each weight. Several threads may step
 * at once, each on its own range. What an update does not step on keeps weights and moments.
 */
interface Optimizer {

  /** Begins the next update; must be called before the steps of the update. */
  void advance();

  /**
   * Moves the weights in [from, end), both multiples of the padding.
   *
   * @param gradient the gradient of all weights
   * @param gradientScale multiplies the gradient
   * @param rate the learning rate of the update
   */
  void step(
      float[] weights, float[] gradient, int from, int end, double gradientScale, double rate);

  /**
   * Moves the weights of a row that not every update moves. A momentum would carry the effect of a
   * gradient to updates that may not come; so it takes effect at once and as a whole.
   *
   * @param gradient the gradient of all weights; may be changed in the range
   * @param gradientScale multiplies the gradient
   * @param rate the learning rate of the update
   */
  void stepRow(
      float[] weights, float[] gradient, int from, int end, double gradientScale, double rate);

  /** Makes the optimizer that options ask for. */
  static Optimizer of(ParameterArray parameters, TrainingOptions options) {
    double weightDecay = options.optimization().weightDecay();
    return switch (options.optimization().updates().algorithm()) {
      case ADAM -> new Adam(parameters, weightDecay);
      case ADAGRAD -> new Adagrad(parameters, weightDecay);
      case MOMENTUM -> new Momentum(parameters, weightDecay);
    };
  }
}
