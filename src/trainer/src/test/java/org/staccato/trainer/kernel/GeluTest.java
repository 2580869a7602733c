package org.staccato.trainer.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The Gaussian error linear unit and its slope against double precision. */
class GeluTest {
  private static final int COUNT = 1 << 14;
  private static final double ERROR = 0x1p-21;

  @Test
  void valueAndSlopeAreWithinTheirBound() {
    float[] x = new float[COUNT];
    float[] bias = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] = -20 + 40f * i / COUNT;
      bias[i] = i % 3;
    }
    float[] slopes = x.clone();
    float[] values = new float[COUNT];
    Gelu.apply(slopes, 0, COUNT, bias, 0, values);
    for (int i = 0; i < COUNT; i++) {
      double at = x[i] + bias[i];
      double density = Math.exp(-at * at / 2) / Math.sqrt(2 * Math.PI);
      double bound = ERROR * (1 + Math.abs(at));
      assertEquals(at * distribution(at), values[i], bound, "value at " + at);
      assertEquals(distribution(at) + at * density, slopes[i], bound, "slope at " + at);
    }
  }

  /** Φ by the series of M. Abramowitz and I. Stegun, 26.2.11, whose terms are all positive. */
  private static double distribution(double x) {
    double term = x;
    double sum = x;
    for (int i = 3; Math.abs(term) > 1e-18 * Math.abs(sum); i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void onlyTheRangeIsWritten() {
    float[] sums = new float[3 * Matrix.PADDING];
    float[] results = new float[3 * Matrix.PADDING];
    Arrays.fill(sums, 7);
    Gelu.apply(sums, Matrix.PADDING, Matrix.PADDING, new float[Matrix.PADDING], 0, results);
    for (int i = 0; i < sums.length; i++) {
      boolean within = i / Matrix.PADDING == 1;
      assertEquals(within ? 1 : 7, sums[i], 1e-4, "slope " + i);
      assertEquals(within ? 7 : 0, results[i], 1e-4, "value " + i);
    }
  }

  @Test
  void theEndsAreTheIdentityAndZero() {
    float[] slopes = new float[Matrix.PADDING];
    slopes[0] = 1e30f;
    slopes[1] = -1e30f;
    slopes[2] = Float.NaN;
    float[] values = new float[Matrix.PADDING];
    Gelu.apply(slopes, 0, slopes.length, new float[Matrix.PADDING], 0, values);
    assertEquals(1e30f, values[0]);
    assertEquals(1, slopes[0]);
    assertEquals(0, values[1]);
    assertEquals(0, slopes[1]);
    assertEquals(Float.NaN, values[2]);
    assertEquals(0, values[3]);
    assertEquals(0.5f, slopes[3]);
  }
}
