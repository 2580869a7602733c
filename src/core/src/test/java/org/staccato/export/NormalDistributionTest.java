package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference of the Gaussian error linear unit against values of arbitrary precision. */
class NormalDistributionTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "1e-8, 5.0000000398942281e-9",
    "-1e-8, -4.9999999601057721e-9",
    "0.1, 0.053982783727702901",
    "-0.1, -0.046017216272297104",
    "0.5, 0.34573123063700655",
    "-0.75, -0.16997051428265115",
    "1, 0.84134474606854295",
    "-1, -0.15865525393145705",
    "-2, -0.045500263896358414",
    "-2.9, -0.0054108585711137114",
    "-3.1, -0.0029995699609769056",
    "3, 2.9959503059051097",
    "-5, -1.4332578593959696e-6",
    "-8, -4.9767684594174273e-15",
    "-12, -2.1317785344932148e-32",
    "20, 20.0",
  })
  void agreesToTwelveDigits(double x, double expected) {
    assertEquals(expected, NormalDistribution.gelu(x), 1e-12 * Math.abs(expected));
  }

  @Test
  void theEndsAreTheIdentityAndZero() {
    assertEquals(Double.POSITIVE_INFINITY, NormalDistribution.gelu(Double.POSITIVE_INFINITY));
    assertEquals(0, NormalDistribution.gelu(Double.NEGATIVE_INFINITY));
    assertEquals(1e300, NormalDistribution.gelu(1e300));
    assertEquals(0, NormalDistribution.gelu(-1e300), 0);
    assertEquals(Double.NaN, NormalDistribution.gelu(Double.NaN));
  }

  /** Where the series of small arguments meets the fraction of large ones. */
  @Test
  void nothingJumpsBetweenTheFormulas() {
    double below = NormalDistribution.gelu(-Math.nextDown(3.0));
    assertEquals(below, NormalDistribution.gelu(-3.0), 1e-12 * Math.abs(below));
  }
}
