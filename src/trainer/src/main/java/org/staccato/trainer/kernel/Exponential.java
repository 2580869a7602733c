package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The two passes of a softmax over one row of scores.
 *
 * <p>exp(x) = 2ⁿ·exp(r) with n = round(x·log₂e) and r = x − n·ln 2 in two parts (Cody and Waite);
 * exp(r) on |r| ≤ ½·ln 2 is the polynomial of S. L. Moshier's Cephes library ({@code expf}). The
 * error is below 2 ULP on [−87, 0]; below −87 the result is 0.
 */
public final class Exponential {

  private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
  private static final int LANES = SPECIES.length();

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;

  /** 1.5·2²³: adding it rounds to an integer, which then lies in the lowest bits. */
  private static final float ROUNDER = 12582912f;

  private static final float SMALLEST = -87f;

  private Exponential() {}

  /**
   * Finds the greatest score.
   *
   * @param values the scores without bias
   * @param from the index of the first score
   * @param count the number of scores, a positive multiple of {@link Matrix#PADDING}
   * @param bias an addend for each score
   * @return the greatest of values[from + i] + bias[i]
   */
  public static float max(float[] values, int from, int count, float[] bias) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < count; i += LANES) {
      max =
          max.max(
              FloatVector.fromArray(SPECIES, values, from + i)
                  .add(FloatVector.fromArray(SPECIES, bias, i)));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /**
   * Replaces each score by exp(score + bias − max).
   *
   * @param values the scores without bias
   * @param from the index of the first score
   * @param count the number of scores, a multiple of {@link Matrix#PADDING}
   * @param bias an addend for each score
   * @param max the greatest score, as {@link #max} finds it
   * @param partial receives {@link #partialSums} sums, whose total is the sum of the new values;
   *     its length is at least {@link Matrix#PADDING}
   */
  public static void exponentiate(
      float[] values, int from, int count, float[] bias, float max, float[] partial) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector shift = FloatVector.broadcast(SPECIES, max);
    FloatVector rounder = FloatVector.broadcast(SPECIES, ROUNDER);
    for (int i = 0; i < count; i += LANES) {
      FloatVector x =
          FloatVector.fromArray(SPECIES, values, from + i)
              .add(FloatVector.fromArray(SPECIES, bias, i))
              .sub(shift);
      FloatVector rounded = x.fma(FloatVector.broadcast(SPECIES, LOG2_E), rounder);
      FloatVector n = rounded.sub(rounder);
      FloatVector r =
          n.fma(
              FloatVector.broadcast(SPECIES, -LN2_LOW),
              n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x));
      FloatVector p =
          r.fma(
              FloatVector.broadcast(SPECIES, 1.9875691e-4f),
              FloatVector.broadcast(SPECIES, 1.3981999e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 8.333452e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 0.041665796f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 0.16666667f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
      p = p.fma(r.mul(r), r.add(1f));
      IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector e = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
      e = e.blend(0f, x.compare(VectorOperators.LT, SMALLEST));
      e.intoArray(values, from + i);
      sum = sum.add(e);
    }
    sum.intoArray(partial, 0);
  }

  /** {@return the number of partial sums that {@link #exponentiate} leaves} */
  public static int partialSums() {
    return LANES;
  }
}
