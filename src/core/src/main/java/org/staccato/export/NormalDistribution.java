package org.staccato.export;

/** The standard normal distribution in double precision, with the tails' relative precision. */
final class NormalDistribution {
  /** Below this distance from 0 the series is short; above it the fraction. */
  private static final double NEAR = 3;

  private static final int FRACTION_TERMS = 100;

  private NormalDistribution() {}

  /** Computes x·Φ(x), the Gaussian error linear unit. */
  static double gelu(double x) {
    if (Double.isInfinite(x)) {
      return Math.max(x, 0);
    }
    double z = Math.abs(x);
    return Math.max(x, 0) - z * tail(z);
  }

  /** Computes 1 − Φ(z) for z from 0. */
  private static double tail(double z) {
    return z < NEAR ? 0.5 - z * density(z) * series(z) : density(z) / fraction(z);
  }

  private static double density(double z) {
    return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  }

  /** 1 + z²/3 + z⁴/(3·5) + …, all terms positive (M. Abramowitz and I. Stegun, 26.2.11). */
  private static double series(double z) {
    double term = 1;
    double sum = 1;
    for (int i = 3; term > sum * 1e-18; i += 2) {
      term *= z * z / i;
      sum += term;
    }
    return sum;
  }

  /** z + 1/(z + 2/(z + 3/(z + …))) (M. Abramowitz and I. Stegun, 26.2.14). */
  private static double fraction(double z) {
    double value = z;
    for (int i = FRACTION_TERMS; i > 0; i--) {
      value = z + i / value;
    }
    return value;
  }
}
