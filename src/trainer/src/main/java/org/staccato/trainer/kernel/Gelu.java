package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Gaussian error linear unit, GELU(x) = x·Φ(x) with the standard normal distribution Φ, and its
 * slope, Φ(x) + x·φ(x) with the density φ. (D. Hendrycks and K. Gimpel, 2016; the form with the
 * error function, which is PyTorch's default.)
 *
 * <p>With z = |x|, cut to 13.25, Φ(−z) = e^(−z²/2)·N(z)/D(z), the quotient of polynomials of the
 * core's kernel, and e^(−z²/2) as in {@link Exponential}. The error of both is below 2⁻²¹ of 1 +
 * |x|.
 */
public final class Gelu {

  private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
  private static final int LANES = SPECIES.length();

  private static final float VANISHING = 13.25f;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;

  /** 1.5·2²³: adding it rounds to an integer, which then lies in the lowest bits. */
  private static final float ROUNDER = 12582912f;

  private static final int ONE_BITS = 0x3f800000;

  /** 1/√(2π). */
  private static final float DENSITY = 0.3989423f;

  private Gelu() {}

  /**
   * Applies the function to sums.
   *
   * @param sums the sums without bias; receives the slope at each
   * @param from the index of the first sum
   * @param count the number of sums, a multiple of {@link Matrix#PADDING}
   * @param bias the addends
   * @param fromBias the index of the first addend
   * @param results receives the function of each sum, from the same index on
   */
  public static void apply(
      float[] sums, int from, int count, float[] bias, int fromBias, float[] results) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int i = 0; i < count; i += LANES) {
      FloatVector x =
          FloatVector.fromArray(SPECIES, sums, from + i)
              .add(FloatVector.fromArray(SPECIES, bias, fromBias + i));
      FloatVector z = x.abs();
      z = z.blend(VANISHING, z.compare(VectorOperators.GT, VANISHING));
      FloatVector y = z.mul(z).mul(0.5f);
      FloatVector rounded = y.fma(LOG2_E, ROUNDER);
      FloatVector n = rounded.sub(ROUNDER);
      // The exponent −y = −n·ln 2 + r.
      FloatVector r = n.fma(FloatVector.broadcast(SPECIES, LN2_HIGH), y.neg());
      r = n.fma(FloatVector.broadcast(SPECIES, LN2_LOW), r);
      FloatVector e = r.fma(1.9875691e-4f, 1.3981999e-3f);
      e = e.fma(r, FloatVector.broadcast(SPECIES, 8.333452e-3f));
      e = e.fma(r, FloatVector.broadcast(SPECIES, 0.041665796f));
      e = e.fma(r, FloatVector.broadcast(SPECIES, 0.16666667f));
      e = e.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
      e = e.fma(r.mul(r), r.add(1f));
      IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      e = e.mul(power.neg().add(ONE_BITS).reinterpretAsFloats());
      FloatVector numerator = z.fma(0.0040159323f, 0.039955292f);
      numerator = numerator.fma(z, FloatVector.broadcast(SPECIES, 0.18122073f));
      numerator = numerator.fma(z, FloatVector.broadcast(SPECIES, 0.43556952f));
      numerator = numerator.fma(z, FloatVector.broadcast(SPECIES, 0.5f));
      FloatVector denominator = z.fma(0.010066305f, 0.10016049f);
      denominator = denominator.fma(z, FloatVector.broadcast(SPECIES, 0.4641533f));
      denominator = denominator.fma(z, FloatVector.broadcast(SPECIES, 1.1941258f));
      denominator = denominator.fma(z, FloatVector.broadcast(SPECIES, 1.669024f)).fma(z, one);
      FloatVector tail = numerator.div(denominator).mul(e);
      x.blend(0f, x.compare(VectorOperators.LT, 0f)).sub(z.mul(tail)).intoArray(results, from + i);
      one.sub(tail)
          .blend(tail, x.compare(VectorOperators.LT, 0f))
          .add(x.mul(e).mul(DENSITY))
          .intoArray(sums, from + i);
    }
  }
}
