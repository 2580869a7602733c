package org.staccato.trainer.learn;

import java.util.SplittableRandom;

/** Draws the first values of a parameter's elements, in the order in which they are stored. */
@FunctionalInterface
interface Initializer {

  /** Starts with zeros. */
  Initializer ZERO = (row, column, random) -> 0f;

  /**
   * Draws one value.
   *
   * @param row the row of the element in the parameter
   * @param column its column
   */
  float draw(int row, int column, SplittableRandom random);

  /** Draws from a normal distribution with mean 0. */
  static Initializer normal(double deviation) {
    return (row, column, random) -> (float) (deviation * random.nextGaussian());
  }

  /** Draws from a uniform distribution over ±bound. */
  static Initializer uniform(double bound) {
    return (row, column, random) -> (float) random.nextDouble(-bound, bound);
  }
}
