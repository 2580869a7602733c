package org.staccato.trainer.learn;

import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.sequence.Sequences;

/**
 * The objective of a network that predicts the value of the next event, given its item: the score s
 * of the item alone has a loss, and no other item's score.
 *
 * @param task what is predicted
 * @param loss the loss of a score
 * @param firstBias the first value of every item's bias
 */
public record ValueObjective(ValueTask task, Loss loss, float firstBias) {

  /** The least and the greatest mean of clicks whose logit is a first bias. */
  private static final double LEAST_MEAN = 1e-3;

  /** The losses of a score s with the target t. */
  public enum Loss {
    /** ½·(s − t)²: its least is at the mean. */
    SQUARED,
    /** |s − t|: its least is at the median. */
    ABSOLUTE,
    /** The cross-entropy of the probability σ(s) with t, 0 or 1, in nats. */
    BINARY_CROSS_ENTROPY;

    /** Computes the loss of a score. */
    double of(double score, double target) {
      return switch (this) {
        case SQUARED -> 0.5 * (score - target) * (score - target);
        case ABSOLUTE -> Math.abs(score - target);
        // −t·ln σ(s) − (1 − t)·ln σ(−s), without an exponential that overflows.
        case BINARY_CROSS_ENTROPY ->
            Math.max(score, 0) - score * target + Math.log1p(Math.exp(-Math.abs(score)));
      };
    }

    /** Computes the derivative of the loss with respect to the score. */
    double slope(double score, double target) {
      return switch (this) {
        case SQUARED -> score - target;
        case ABSOLUTE -> Math.signum(score - target);
        case BINARY_CROSS_ENTROPY -> 1 / (1 + Math.exp(-score)) - target;
      };
    }
  }

  /**
   * Predicts ratings, from a first bias of their mean.
   *
   * @param task the task
   * @param loss a loss of ratings
   * @param train the training part, which has ratings
   * @return the objective
   * @throws IllegalArgumentException if it is a loss of clicks
   */
  public static ValueObjective rating(ValueTask task, Loss loss, Sequences train) {
    if (loss == Loss.BINARY_CROSS_ENTROPY) {
      throw new IllegalArgumentException(
          "loss: found that of clicks, expected squared or absolute");
    }
    return new ValueObjective(task, loss, (float) task.mean(train));
  }

  /**
   * Predicts clicks, from a first bias that is the logit of their share.
   *
   * @param task the task
   * @param train the training part, which has clicks
   * @return the objective
   */
  public static ValueObjective click(ValueTask task, Sequences train) {
    double share = Math.clamp(task.mean(train), LEAST_MEAN, 1 - LEAST_MEAN);
    return new ValueObjective(
        task, Loss.BINARY_CROSS_ENTROPY, (float) Math.log(share / (1 - share)));
  }
}
