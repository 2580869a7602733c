package org.staccato.trainer.learn;

import java.util.function.DoubleSupplier;

/** The derivative of a function of floats that is computed in double precision. */
final class CentralDifference {
  private static final float STEP = 0x1p-12f;

  private CentralDifference() {}

  /**
   * Moves an element up and down. The error of the result is about 2⁻²⁴ of the third derivative.
   *
   * @param values holds the element, which is restored at the end
   * @param function depends on {@code values}
   */
  static double of(float[] values, int element, DoubleSupplier function) {
    return of(values, element, function, STEP);
  }

  /**
   * Bounds the error of {@link #of}, which grows with the square of the step: twice the step gives
   * four times the error.
   */
  static double error(float[] values, int element, DoubleSupplier function) {
    return Math.abs(of(values, element, function, 2 * STEP) - of(values, element, function, STEP));
  }

  private static double of(float[] values, int element, DoubleSupplier function, float step) {
    float kept = values[element];
    float high = kept + step;
    float low = kept - step;
    values[element] = high;
    double above = function.getAsDouble();
    values[element] = low;
    double below = function.getAsDouble();
    values[element] = kept;
    // The actual movement, after rounding.
    return (above - below) / ((double) high - low);
  }
}
