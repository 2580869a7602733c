package org.staccato.trainer.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Passes over the elements of arrays; every count is a multiple of {@link Matrix#PADDING}. */
public final class Elements {

  private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
  private static final VectorSpecies<Integer> INTS = Species.INT;
  private static final int LANES = SPECIES.length();

  private Elements() {}

  /**
   * Adds factor·x to y.
   *
   * @param factor the factor
   * @param x the addends
   * @param fromX the index of the first addend
   * @param y the sums
   * @param fromY the index of the first sum
   * @param count the number of elements
   */
  public static void multiplyAdd(
      float factor, float[] x, int fromX, float[] y, int fromY, int count) {
    FloatVector f = FloatVector.broadcast(SPECIES, factor);
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(SPECIES, x, fromX + i)
          .fma(f, FloatVector.fromArray(SPECIES, y, fromY + i))
          .intoArray(y, fromY + i);
    }
  }

  /**
   * Sets y to factor·x.
   *
   * @param factor the factor
   * @param x the values
   * @param fromX the index of the first value
   * @param y receives the products
   * @param fromY the index of the first product
   * @param count the number of elements
   */
  public static void multiply(float factor, float[] x, int fromX, float[] y, int fromY, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(SPECIES, x, fromX + i).mul(factor).intoArray(y, fromY + i);
    }
  }

  /**
   * Multiplies each y by its x.
   *
   * @param x the factors
   * @param fromX the index of the first factor
   * @param y receives the products
   * @param fromY the index of the first product
   * @param count the number of elements
   */
  public static void multiplyBy(float[] x, int fromX, float[] y, int fromY, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(SPECIES, x, fromX + i)
          .mul(FloatVector.fromArray(SPECIES, y, fromY + i))
          .intoArray(y, fromY + i);
    }
  }

  /**
   * Sums the squares of values: in single precision within blocks of 4,096, in double precision
   * over the blocks.
   *
   * @param x the values
   * @param from the index of the first value
   * @param count the number of values
   * @return the sum
   */
  public static double squares(float[] x, int from, int count) {
    float[] lanes = new float[LANES];
    double sum = 0;
    for (int block = 0; block < count; block += 4096) {
      squares(x, from + block, Math.min(4096, count - block), lanes);
      for (float lane : lanes) {
        sum += lane;
      }
    }
    return sum;
  }

  private static void squares(float[] x, int from, int count, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, from + i);
      sum = v.fma(v, sum);
    }
    sum.intoArray(lanes, 0);
  }

  /**
   * Drops elements out: sets an element to 0 with a given probability, and scales the others so
   * that the expectation does not change. (N. Srivastava et al., 2014.)
   *
   * <p>A hash of {@code seed} + i (the finaliser of MurmurHash3 by A. Appleby) decides about
   * element i. The same seed drops the same elements again, so the backward pass repeats the
   * forward pass without a stored mask.
   *
   * @param x the elements
   * @param from the index of the first element
   * @param count the number of elements
   * @param probability the probability that an element is dropped, at least 0 and below 1
   * @param seed the seed
   */
  public static void dropout(float[] x, int from, int count, float probability, int seed) {
    int threshold = Math.round(probability * (1 << 24));
    float scale = 1 / (1 - probability);
    IntVector counter = IntVector.broadcast(INTS, seed).addIndex(1);
    for (int i = 0; i < count; i += LANES) {
      IntVector hash = counter.add(i);
      hash = hash.lanewise(VectorOperators.XOR, hash.lanewise(VectorOperators.LSHR, 16));
      hash = hash.mul(0x85ebca6b);
      hash = hash.lanewise(VectorOperators.XOR, hash.lanewise(VectorOperators.LSHR, 13));
      hash = hash.mul(0xc2b2ae35);
      hash = hash.lanewise(VectorOperators.XOR, hash.lanewise(VectorOperators.LSHR, 16));
      hash = hash.lanewise(VectorOperators.LSHR, 8);
      FloatVector.fromArray(SPECIES, x, from + i)
          .mul(scale)
          .blend(0f, hash.compare(VectorOperators.LT, threshold).cast(SPECIES))
          .intoArray(x, from + i);
    }
  }

  /**
   * Takes one step of Adam with decoupled weight decay. (D. Kingma and J. Ba, 2015; I. Loshchilov
   * and F. Hutter, 2019.)
   *
   * @param weights the weights
   * @param gradient their gradient
   * @param mean the running mean of the gradient
   * @param variance the running mean of its square
   * @param from the index of the first weight, in all four arrays
   * @param count the number of weights
   * @param step the factors of this step
   */
  public static void adam(
      float[] weights,
      float[] gradient,
      float[] mean,
      float[] variance,
      int from,
      int count,
      AdamStep step) {
    FloatVector scale = FloatVector.broadcast(SPECIES, step.gradientScale());
    FloatVector beta1 = FloatVector.broadcast(SPECIES, step.meanDecay());
    FloatVector beta2 = FloatVector.broadcast(SPECIES, step.varianceDecay());
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    float rate = step.rate();
    float correction = step.varianceCorrection();
    float epsilon = step.epsilon();
    float keep = step.keep();
    int end = from + count;
    for (int i = from; i < end; i += LANES) {
      FloatVector g = FloatVector.fromArray(SPECIES, gradient, i).mul(scale);
      FloatVector m = FloatVector.fromArray(SPECIES, mean, i).fma(beta1, g.mul(one.sub(beta1)));
      FloatVector v =
          FloatVector.fromArray(SPECIES, variance, i).fma(beta2, g.mul(g).mul(one.sub(beta2)));
      m.intoArray(mean, i);
      v.intoArray(variance, i);
      FloatVector change = m.mul(rate).div(v.mul(correction).sqrt().add(epsilon));
      FloatVector.fromArray(SPECIES, weights, i).mul(keep).sub(change).intoArray(weights, i);
    }
  }

  /**
   * The factors of one step of Adam.
   *
   * @param gradientScale multiplies the gradient (clipping)
   * @param meanDecay β₁
   * @param varianceDecay β₂
   * @param rate the learning rate over 1 − β₁ᵗ
   * @param varianceCorrection 1 / (1 − β₂ᵗ)
   * @param epsilon added to the root
   * @param keep multiplies the weights: 1 − learning rate · decay
   */
  public record AdamStep(
      float gradientScale,
      float meanDecay,
      float varianceDecay,
      float rate,
      float varianceCorrection,
      float epsilon,
      float keep) {}

  /**
   * Copies a matrix into another of the same shape, block by block, so that a transposed view on
   * either side stays in the cache.
   *
   * @param from the source
   * @param to the target
   */
  public static void copy(Matrix from, Matrix to) {
    int block = Matrix.PADDING;
    for (int row = 0; row < from.rows(); row += block) {
      int rows = Math.min(block, from.rows() - row);
      for (int column = 0; column < from.columns(); column++) {
        int source = from.index(row, column);
        int target = to.index(row, column);
        for (int i = 0; i < rows; i++) {
          to.values()[target] = from.values()[source];
          source += from.rowStride();
          target += to.rowStride();
        }
      }
    }
  }
}
