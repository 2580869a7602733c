package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The functions that gates apply to their sums, in place.
 *
 * <p>tanh is the rational function of degree 13 over 6 in Eigen ({@code generic_fast_tanh_float}),
 * on arguments cut to ±7.905; σ(x) = ½ + ½·tanh(x/2). The error of tanh is below 5 ULP, that of σ
 * below 2⁻²².
 */
public enum Nonlinearity {
  /** The hyperbolic tangent. */
  TANH(1f, 1f, 0f),
  /** The logistic function. */
  SIGMOID(0.5f, 0.5f, 0.5f);

  private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
  private static final int LANES = SPECIES.length();
  private static final float LIMIT = 7.905311f;

  private final float slope;
  private final float scale;
  private final float offset;

  /** The function is offset + scale·tanh(slope·x). */
  Nonlinearity(float slope, float scale, float offset) {
    this.slope = slope;
    this.scale = scale;
    this.offset = offset;
  }

  /**
   * Replaces each x by the function of x + bias.
   *
   * @param x the values
   * @param from the index of the first value
   * @param count the number of values, a multiple of {@link Matrix#PADDING}
   * @param bias the addends
   * @param fromBias the index of the first addend
   */
  public void apply(float[] x, int from, int count, float[] bias, int fromBias) {
    float inner = slope;
    float outer = scale;
    float shift = offset;
    for (int i = 0; i < count; i += LANES) {
      FloatVector v =
          FloatVector.fromArray(SPECIES, x, from + i)
              .add(FloatVector.fromArray(SPECIES, bias, fromBias + i))
              .mul(inner)
              .max(-LIMIT)
              .min(LIMIT);
      FloatVector s = v.mul(v);
      FloatVector p =
          s.fma(
              FloatVector.broadcast(SPECIES, -2.7607684e-16f),
              FloatVector.broadcast(SPECIES, 2.000188e-13f));
      p = p.fma(s, FloatVector.broadcast(SPECIES, -8.604672e-11f));
      p = p.fma(s, FloatVector.broadcast(SPECIES, 5.1222973e-8f));
      p = p.fma(s, FloatVector.broadcast(SPECIES, 1.48572235e-5f));
      p = p.fma(s, FloatVector.broadcast(SPECIES, 6.3726195e-4f));
      p = p.fma(s, FloatVector.broadcast(SPECIES, 4.8935246e-3f));
      FloatVector q =
          s.fma(
              FloatVector.broadcast(SPECIES, 1.1982584e-6f),
              FloatVector.broadcast(SPECIES, 1.1853471e-4f));
      q = q.fma(s, FloatVector.broadcast(SPECIES, 2.2684347e-3f));
      q = q.fma(s, FloatVector.broadcast(SPECIES, 4.893525e-3f));
      p.mul(v)
          .div(q)
          .fma(FloatVector.broadcast(SPECIES, outer), FloatVector.broadcast(SPECIES, shift))
          .intoArray(x, from + i);
    }
  }
}
