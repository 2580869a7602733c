package org.staccato.kernel;

/**
 * The coefficients of the hyperbolic tangent that all kernels compute. With z = |x|:
 *
 * <ul>
 *   <li>z &lt; {@link #SMALL}: z + z·t·S(t), where t = z² and S is a polynomial of degree 4;
 *   <li>z ≤ {@link #SATURATED}: 1 − 2 / (e²ᶻ + 1), where e²ᶻ = 2ⁿ·E(z − n·ln 2 / 2), n is the
 *       integer nearest to 2z / ln 2 and E is a polynomial of degree 5;
 *   <li>above: 1, to which the tangent rounds;
 * </ul>
 *
 * with the sign of x. The polynomials are minimax fits of the relative error in z. Measured over
 * every float from 1e-4 to where it saturates, the error is at most 2.0 units in the last place,
 * with fused multiply-add and without. The small branch keeps subnormals and signed zeros; NaN
 * fails all comparisons and passes through the middle one.
 */
public final class TanhApproximation {

  /** The bound on the error that tests hold all kernels to, in units in the last place. */
  public static final double MAX_ULP = 3;

  /** The upper limit of the odd polynomial: the tangent is about ½ here. */
  public static final float SMALL = 0.55f;

  /** The upper limit of the exponential: above it every tangent rounds to 1. */
  public static final float SATURATED = 9.02f;

  /** The coefficient of t⁰ in S. */
  public static final float S0 = -0.33333316f;

  /** The coefficient of t¹ in S. */
  public static final float S1 = 0.13332586f;

  /** The coefficient of t² in S. */
  public static final float S2 = -0.05385231f;

  /** The coefficient of t³ in S. */
  public static final float S3 = 0.021071672f;

  /** The coefficient of t⁴ in S. */
  public static final float S4 = -0.0062742317f;

  /** The coefficient of r¹ in E; that of r⁰ is 1. */
  public static final float E1 = 1.9999994f;

  /** The coefficient of r² in E. */
  public static final float E2 = 1.9999658f;

  /** The coefficient of r³ in E. */
  public static final float E3 = 1.3334112f;

  /** The coefficient of r⁴ in E. */
  public static final float E4 = 0.6703742f;

  /** The coefficient of r⁵ in E. */
  public static final float E5 = 0.26528734f;

  /** 2 / ln 2. */
  public static final float TWO_OVER_LN2 = 2.88539f;

  /** ln 2 / 2. */
  public static final float HALF_LN2 = 0.3465736f;

  /** The leading 15 bits of ln 2 / 2: its products with small integers are exact. */
  public static final float HALF_LN2_HIGH = 22712 / 65536f;

  /** The rest of ln 2 / 2 after {@link #HALF_LN2_HIGH}. */
  public static final float HALF_LN2_LOW = 1.5973093e-5f;

  /** 1.5 · 2²³: adding it rounds a small float to an integer, held in the low bits of the sum. */
  public static final float ROUNDER = 12582912f;

  /** The bits of 1.0f. */
  public static final int ONE_BITS = 0x3f800000;

  /** The sign bit of a float. */
  public static final int SIGN_BIT = 0x80000000;

  /** The bits of a float below its exponent. */
  public static final int MANTISSA_BITS = 23;

  private TanhApproximation() {}

  /**
   * Computes the hyperbolic tangent without fused multiply-add, which not every machine has.
   *
   * @param x any float
   * @return its hyperbolic tangent
   */
  public static float tanh(float x) {
    float z = Math.abs(x);
    float y;
    if (z < SMALL) {
      float t = z * z;
      y = z + z * t * ((((S4 * t + S3) * t + S2) * t + S1) * t + S0);
    } else if (z > SATURATED) {
      y = 1;
    } else {
      float rounded = z * TWO_OVER_LN2 + ROUNDER;
      float n = rounded - ROUNDER;
      float r = (z - n * HALF_LN2_HIGH) - n * HALF_LN2_LOW;
      float e = ((((E5 * r + E4) * r + E3) * r + E2) * r + E1) * r + 1;
      int scale = (Float.floatToRawIntBits(rounded) << MANTISSA_BITS) + ONE_BITS;
      y = 1 - 2 / (e * Float.intBitsToFloat(scale) + 1);
    }
    return Math.copySign(y, x);
  }
}
