package org.staccato.trainer.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The errors of predicted numbers such as ratings, in the unit of the target. Keeps three sums,
 * whatever the number of cases. Confined to one thread.
 */
public final class ErrorMeasures implements ValueMeasures {
  private long cases;
  private double absolute;
  private double squares;

  /** Starts without cases. */
  public ErrorMeasures() {}

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if one of them is not finite
   */
  @Override
  public void add(double target, double prediction) {
    if (!Double.isFinite(target) || !Double.isFinite(prediction)) {
      throw new IllegalArgumentException(
          "target and prediction: found " + target + " and " + prediction + ", expected numbers");
    }
    double error = prediction - target;
    cases++;
    absolute += Math.abs(error);
    squares += error * error;
  }

  @Override
  public long cases() {
    return cases;
  }

  /** {@return the mean absolute error, NaN without cases} */
  public double mae() {
    return absolute / cases;
  }

  /** {@return the root of the mean squared error, NaN without cases} */
  public double rmse() {
    return Math.sqrt(squares / cases);
  }

  @Override
  public Map<String, Double> measures() {
    Map<String, Double> measures = new LinkedHashMap<>();
    if (cases > 0) {
      measures.put("mae", mae());
      measures.put("rmse", rmse());
    }
    return measures;
  }
}
