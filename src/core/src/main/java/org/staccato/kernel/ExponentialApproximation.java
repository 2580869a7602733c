package org.staccato.kernel;

import static org.staccato.kernel.GeluApproximation.E2;
import static org.staccato.kernel.GeluApproximation.E3;
import static org.staccato.kernel.GeluApproximation.E4;
import static org.staccato.kernel.GeluApproximation.E5;
import static org.staccato.kernel.GeluApproximation.E6;
import static org.staccato.kernel.GeluApproximation.LN2_HIGH;
import static org.staccato.kernel.GeluApproximation.LN2_LOW;
import static org.staccato.kernel.GeluApproximation.ONE_OVER_LN2;

/**
 * The exponential that all kernels compute: e^(−y) = 2⁻ⁿ·E(y − n·ln 2) for y from 0, where n is the
 * integer nearest to y / ln 2, and E the polynomial of {@link GeluApproximation}.
 */
public final class ExponentialApproximation {

  /** The bound on the relative error that tests hold all kernels to. */
  public static final double MAX_ERROR = 1e-6;

  /** The y from which on the result is 0, as 2⁻¹²⁷ is no normal float. */
  public static final float VANISHING = 88;

  private ExponentialApproximation() {}

  /**
   * Computes the function without fused multiply-add, which not every machine has.
   *
   * @param y a number from 0, also an infinite one; NaN stays NaN
   * @return e^(−y)
   */
  public static float expOfNegative(float y) {
    float z = y > VANISHING ? VANISHING : y;
    float rounded = z * ONE_OVER_LN2 + TanhApproximation.ROUNDER;
    float n = rounded - TanhApproximation.ROUNDER;
    float r = (z - n * LN2_HIGH) - n * LN2_LOW;
    float e = (((((E6 * r + E5) * r + E4) * r + E3) * r + E2) * r - 1) * r + 1;
    int shifted = Float.floatToRawIntBits(rounded) << TanhApproximation.MANTISSA_BITS;
    return e * Float.intBitsToFloat(TanhApproximation.ONE_BITS - shifted);
  }
}
