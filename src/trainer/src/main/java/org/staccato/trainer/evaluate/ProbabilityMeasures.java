package org.staccato.trainer.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures predicted probabilities of an event that comes about (target 1) or not (target 0), such
 * as a click. Keeps one float a case, since the area under the curve depends on the order of all of
 * them. Confined to one thread.
 */
public final class ProbabilityMeasures implements ValueMeasures {
  /** The number of bins of the calibration error, of equal width. */
  public static final int BINS = 10;

  /** Log loss takes a probability for at least this, and for at most 1 minus this. */
  public static final double LEAST_PROBABILITY = 1e-7;

  private float[] positives = new float[64];
  private float[] negatives = new float[64];
  private int positiveCount;
  private int negativeCount;
  private long right;
  private double loss;
  private final double[] binTargets = new double[BINS];
  private final double[] binPredictions = new double[BINS];

  /** Starts without cases. */
  public ProbabilityMeasures() {}

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the target is neither 0 nor 1, or the prediction is not a
   *     probability
   */
  @Override
  public void add(double target, double prediction) {
    if (target != 0 && target != 1) {
      throw new IllegalArgumentException("target: found " + target + ", expected 0 or 1");
    }
    if (!(prediction >= 0 && prediction <= 1)) {
      throw new IllegalArgumentException("prediction: found " + prediction + ", expected 0 to 1");
    }
    if (target == 1) {
      positives = withRoom(positives, positiveCount);
      positives[positiveCount++] = (float) prediction;
    } else {
      negatives = withRoom(negatives, negativeCount);
      negatives[negativeCount++] = (float) prediction;
    }
    right += (prediction >= 0.5) == (target == 1) ? 1 : 0;
    double bounded = Math.clamp(prediction, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
    loss -= target == 1 ? Math.log(bounded) : Math.log1p(-bounded);
    int bin = Math.min(BINS - 1, (int) (prediction * BINS));
    binTargets[bin] += target;
    binPredictions[bin] += prediction;
  }

  private static float[] withRoom(float[] values, int count) {
    return count < values.length
        ? values
        : Arrays.copyOf(values, Math.addExact(count, Math.max(1, count / 2)));
  }

  @Override
  public long cases() {
    return (long) positiveCount + negativeCount;
  }

  /**
   * {@return the share of cases whose target is 1 where the probability is at least ½, and 0 where
   * it is below; NaN without cases}
   */
  public double accuracy() {
    return (double) right / cases();
  }

  /**
   * {@return the area under the receiver operating characteristic: the probability that a random
   * case with target 1 has a higher prediction than a random case with target 0, ties counted half;
   * NaN without cases of both targets (J. Hanley and B. McNeil, 1982)}
   */
  public double auc() {
    float[] higher = Arrays.copyOf(positives, positiveCount);
    float[] lower = Arrays.copyOf(negatives, negativeCount);
    Arrays.sort(higher);
    Arrays.sort(lower);
    int below = 0;
    int notAbove = 0;
    double wins = 0;
    for (float positive : higher) {
      while (below < lower.length && lower[below] < positive) {
        below++;
      }
      while (notAbove < lower.length && lower[notAbove] <= positive) {
        notAbove++;
      }
      wins += 0.5 * ((double) below + notAbove);
    }
    return wins / ((double) positiveCount * negativeCount);
  }

  /** {@return the mean of −ln of the probability of what came about, in nats} */
  public double logLoss() {
    return loss / cases();
  }

  /**
   * {@return the expected calibration error: over {@link #BINS} bins of equal width of the
   * prediction, the mean distance of a bin's mean prediction from its share of targets 1, weighted
   * by the bin's cases; NaN without cases (M. Pakdaman Naeini, G. Cooper and M. Hauskrecht, 2015).
   * A bin holds its lower end, the last one also 1}
   */
  public double calibrationError() {
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(binPredictions[bin] - binTargets[bin]);
    }
    return error / cases();
  }

  @Override
  public Map<String, Double> measures() {
    Map<String, Double> measures = new LinkedHashMap<>();
    if (cases() > 0) {
      measures.put("accuracy", accuracy());
      if (positiveCount > 0 && negativeCount > 0) {
        measures.put("auc", auc());
      }
      measures.put("logLoss", logLoss());
      measures.put("calibrationError", calibrationError());
    }
    return measures;
  }
}
