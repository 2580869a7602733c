package org.staccato.trainer.learn;

/**
 * The loss that a training minimises. Start from {@link #FULL} or {@link #of} and replace what
 * differs.
 *
 * <pre>{@code
 * TrainingOptions.forShortSessions().withLoss(Loss.of(Loss.Kind.SAMPLED).withNegatives(4096))
 * }</pre>
 *
 * @param kind the kind of loss
 * @param negatives the number of items that a loss of a sample scores beside the targets, at least
 *     1; all threads draw their own for each window, uniformly and each item once. A catalogue with
 *     fewer items is scored as a whole
 * @param labelSmoothing of {@link Kind#FULL}: the share of the target's probability that goes to
 *     all items alike, at least 0 and below 1
 * @param logitAdjustment of {@link Kind#FULL} and {@link Kind#SAMPLED}: the factor τ of the
 *     logarithm of an item's share of the events, which is added to its score in training only, so
 *     that the served scores lean less to popular items; a finite number, 0 for none. (A. Menon et
 *     al., 2021.)
 * @param regularization of {@link Kind#BPR_MAX}: the factor of the negatives' squared scores, a
 *     finite number of at least 0
 * @param calibration of {@link Kind#GBCE}: t from 0, plain binary cross-entropy with scores that
 *     are too high for a sample, to 1, which makes up for the sample
 */
public record Loss(
    Kind kind,
    int negatives,
    double labelSmoothing,
    double logitAdjustment,
    double regularization,
    double calibration) {

  /** The kinds of losses. */
  public enum Kind {
    /** The cross-entropy of the softmax over the whole catalogue. */
    FULL,
    /**
     * The cross-entropy of the softmax over a sample: the negatives and the targets of 64 events at
     * a time, corrected by the probability with which each gets there. (Y. Bengio and J.-S.
     * Senécal, 2008.)
     */
    SAMPLED,
    /**
     * Pairs of the target and each negative, weighted by the softmax of the negatives. (B. Hidasi
     * and A. Karatzoglou, 2018.)
     */
    BPR_MAX,
    /**
     * Generalised binary cross-entropy: the target's probability to a power that makes up for the
     * sample. (A. Petrov and C. Macdonald, 2023.)
     */
    GBCE
  }

  /** The cross-entropy of the softmax over the whole catalogue. */
  public static final Loss FULL = of(Kind.FULL);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range, or is set for another kind of loss
   */
  public Loss {
    if (negatives < 1) {
      throw new IllegalArgumentException("negatives: found " + negatives + ", expected at least 1");
    }
    require(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "label smoothing",
        labelSmoothing,
        "at least 0 and below 1");
    require(
        Double.isFinite(logitAdjustment), "logit adjustment", logitAdjustment, "a finite number");
    require(
        regularization >= 0 && Double.isFinite(regularization),
        "regularization",
        regularization,
        "a finite number of at least 0");
    require(calibration >= 0 && calibration <= 1, "calibration", calibration, "0 to 1");
    if (labelSmoothing != 0 && kind != Kind.FULL) {
      throw new IllegalArgumentException(
          "label smoothing: found " + labelSmoothing + ", expected 0 for a loss of a sample");
    }
    if (logitAdjustment != 0 && kind != Kind.FULL && kind != Kind.SAMPLED) {
      throw new IllegalArgumentException(
          "logit adjustment: found " + logitAdjustment + ", expected 0 for a loss without softmax");
    }
  }

  private static void require(boolean holds, String name, double value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": found " + value + ", expected " + expected);
    }
  }

  /**
   * Returns a loss with the usual options.
   *
   * @param kind the kind of loss
   * @return the loss
   */
  public static Loss of(Kind kind) {
    return new Loss(kind, 2048, 0, 0, 0.5, 0.75);
  }

  /** {@return whether a window scores a sample of the items} */
  public boolean sampled() {
    return kind != Kind.FULL;
  }

  /**
   * Returns the power of the target's probability in the generalised binary cross-entropy: 1 − t·(1
   * − α), with α the share of the other items that are negatives.
   *
   * @param items the size of the catalogue
   */
  double targetExponent(int items) {
    double sampledShare = Math.min(1, negatives / Math.max(1.0, items - 1.0));
    return 1 - calibration * (1 - sampledShare);
  }

  /**
   * Replaces the number of negatives.
   *
   * @param other the number
   * @return the loss with it
   */
  public Loss withNegatives(int other) {
    return new Loss(kind, other, labelSmoothing, logitAdjustment, regularization, calibration);
  }

  /**
   * Replaces the label smoothing.
   *
   * @param other the share
   * @return the loss with it
   */
  public Loss withLabelSmoothing(double other) {
    return new Loss(kind, negatives, other, logitAdjustment, regularization, calibration);
  }

  /**
   * Replaces the logit adjustment.
   *
   * @param other the factor
   * @return the loss with it
   */
  public Loss withLogitAdjustment(double other) {
    return new Loss(kind, negatives, labelSmoothing, other, regularization, calibration);
  }

  /**
   * Replaces the regularization of BPR-max.
   *
   * @param other the factor
   * @return the loss with it
   */
  public Loss withRegularization(double other) {
    return new Loss(kind, negatives, labelSmoothing, logitAdjustment, other, calibration);
  }

  /**
   * Replaces the calibration of the generalised binary cross-entropy.
   *
   * @param other t
   * @return the loss with it
   */
  public Loss withCalibration(double other) {
    return new Loss(kind, negatives, labelSmoothing, logitAdjustment, regularization, other);
  }
}
