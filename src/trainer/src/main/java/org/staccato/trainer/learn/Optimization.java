package org.staccato.trainer.learn;

/**
 * What a training minimises, and how the gradient of a window moves the weights.
 *
 * @param loss the loss
 * @param updates the optimizer
 * @param learningRate the greatest learning rate, above 0
 * @param schedule the schedule of the learning rate
 * @param weightDecay decoupled weight decay of the matrices per update, relative to the learning
 *     rate; 0 for none
 * @param clipNorm the maximum norm of the gradient, above 0; longer gradients are scaled down to it
 */
public record Optimization(
    Loss loss,
    Updates updates,
    double learningRate,
    Schedule schedule,
    double weightDecay,
    double clipNorm) {

  /** The schedule of the learning rate during a training. */
  public enum Schedule {
    /** The learning rate stays the same. */
    CONSTANT,
    /** The learning rate falls to 0 along a line over all epochs. */
    LINEAR,
    /**
     * The learning rate falls to 0 along half a cosine over all epochs. (I. Loshchilov and F.
     * Hutter, 2017.)
     */
    COSINE
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public Optimization {
    requirePositive("learning rate", learningRate);
    requirePositive("clip norm", clipNorm);
    if (!(weightDecay >= 0 && weightDecay * learningRate < 1)) {
      throw new IllegalArgumentException(
          "weight decay: found "
              + weightDecay
              + ", expected at least 0 and below 1 / learning rate");
    }
  }

  static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + ": found " + value + ", expected a finite number above 0");
    }
  }

  Optimization withLoss(Loss other) {
    return new Optimization(other, updates, learningRate, schedule, weightDecay, clipNorm);
  }

  Optimization withUpdates(Updates other) {
    return new Optimization(loss, other, learningRate, schedule, weightDecay, clipNorm);
  }

  Optimization withLearningRate(double other) {
    return new Optimization(loss, updates, other, schedule, weightDecay, clipNorm);
  }

  Optimization withSchedule(Schedule other) {
    return new Optimization(loss, updates, learningRate, other, weightDecay, clipNorm);
  }

  Optimization withWeightDecay(double other) {
    return new Optimization(loss, updates, learningRate, schedule, other, clipNorm);
  }

  Optimization withClipNorm(double other) {
    return new Optimization(loss, updates, learningRate, schedule, weightDecay, other);
  }
}
