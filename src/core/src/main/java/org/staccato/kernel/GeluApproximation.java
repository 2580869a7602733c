package org.staccato.kernel;

/**
 * The coefficients of the Gaussian error linear unit that all kernels compute: GELU(x) = x·Φ(x)
 * with the standard normal distribution Φ (D. Hendrycks and K. Gimpel, 2016), the form with the
 * error function that PyTorch's {@code nn.GELU()} has as its default, not the one with a tangent.
 *
 * <p>With z = |x|, cut to {@link #VANISHING}, and the tail Q(z) = 1 − Φ(z),
 *
 * <pre>GELU(x) = max(x, 0) − z·Q(z)    Q(z) = e^(−z²/2) · N(z)/D(z)</pre>
 *
 * <p>so that nothing cancels on either side. N and D have degrees 4 and 5 and positive
 * coefficients; their quotient is a minimax fit of the relative error of e^(z²/2)·Q(z), 5·10⁻⁹. The
 * exponent is z²/2 = h²/2 + (z − h)·(z + h)/2 with h the leading 12 bits of z: its first part is
 * exact, and the second one small. e^(−y) = 2⁻ⁿ·E(y − n·ln 2), where n is the integer nearest to y
 * / ln 2 and E a polynomial of degree 6. At the cut, where the result is below the normal floats,
 * 2⁻ⁿ is 0. NaN fails the comparisons and stays.
 */
public final class GeluApproximation {

  /**
   * The bound on the error that tests hold all kernels to, in units in the last place, where the
   * result is a normal float. Measured: 6.5 with fused multiply-add, 7.7 without.
   */
  public static final double MAX_ULP = 8;

  /** The z from which on z·Q(z) is replaced by 0; it is below 2⁻¹²⁶ here. */
  public static final float VANISHING = 13.25f;

  /** The coefficient of z⁰ in N. */
  public static final float N0 = 0.5f;

  /** The coefficient of z¹ in N. */
  public static final float N1 = 0.43556952f;

  /** The coefficient of z² in N. */
  public static final float N2 = 0.18122073f;

  /** The coefficient of z³ in N. */
  public static final float N3 = 0.039955292f;

  /** The coefficient of z⁴ in N. */
  public static final float N4 = 0.0040159323f;

  /** The coefficient of z¹ in D; that of z⁰ is 1. */
  public static final float D1 = 1.669024f;

  /** The coefficient of z² in D. */
  public static final float D2 = 1.1941258f;

  /** The coefficient of z³ in D. */
  public static final float D3 = 0.4641533f;

  /** The coefficient of z⁴ in D. */
  public static final float D4 = 0.10016049f;

  /** The coefficient of z⁵ in D. */
  public static final float D5 = 0.010066305f;

  /** The coefficient of r² in E; that of r⁰ is 1, and that of r¹ is −1. */
  public static final float E2 = 0.49999943f;

  /** The coefficient of r³ in E. */
  public static final float E3 = -0.16666421f;

  /** The coefficient of r⁴ in E. */
  public static final float E4 = 0.04167922f;

  /** The coefficient of r⁵ in E. */
  public static final float E5 = -0.008374419f;

  /** The coefficient of r⁶ in E. */
  public static final float E6 = 0.0013237823f;

  /** 1 / ln 2. */
  public static final float ONE_OVER_LN2 = 1.442695f;

  /** The leading 15 bits of ln 2: its products with small integers are exact. */
  public static final float LN2_HIGH = 22713 / 32768f;

  /** The rest of ln 2 after {@link #LN2_HIGH}. */
  public static final float LN2_LOW = 1.4286068e-6f;

  /** The bits of a float but the last twelve: its square is then exact. */
  public static final int LEADING_BITS = -1 << 12;

  private GeluApproximation() {}

  /**
   * Computes the function without fused multiply-add, which not every machine has.
   *
   * @param x any float
   * @return GELU(x)
   */
  public static float gelu(float x) {
    float magnitude = Math.abs(x);
    float z = magnitude > VANISHING ? VANISHING : magnitude;
    float high = Float.intBitsToFloat(Float.floatToRawIntBits(z) & LEADING_BITS);
    float y = high * high * 0.5f;
    float rounded = y * ONE_OVER_LN2 + TanhApproximation.ROUNDER;
    float n = rounded - TanhApproximation.ROUNDER;
    float r = (y - n * LN2_HIGH) - n * LN2_LOW + (z - high) * (z + high) * 0.5f;
    float e = (((((E6 * r + E5) * r + E4) * r + E3) * r + E2) * r - 1) * r + 1;
    int shifted = Float.floatToRawIntBits(rounded) << TanhApproximation.MANTISSA_BITS;
    float power = Float.intBitsToFloat(TanhApproximation.ONE_BITS - shifted);
    float numerator = (((N4 * z + N3) * z + N2) * z + N1) * z + N0;
    float denominator = ((((D5 * z + D4) * z + D3) * z + D2) * z + D1) * z + 1;
    return (x < 0 ? 0 : x) - z * numerator / denominator * (e * power);
  }
}
