package org.staccato.trainer.shop;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws ranks with a probability that falls with a power of the rank: P(r) ∝ 1/(r + 1)^exponent.
 */
final class Zipf {
  private final double[] cumulative;

  Zipf(int ranks, double exponent) {
    cumulative = new double[ranks];
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      // StrictMath gives the same bits on every machine, so that a seed gives the same bytes.
      sum += 1 / StrictMath.pow(rank + 1.0, exponent);
      cumulative[rank] = sum;
    }
  }

  int draw(RandomGenerator random) {
    double point = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, point);
    return Math.min(found < 0 ? -found - 1 : found + 1, cumulative.length - 1);
  }
}
