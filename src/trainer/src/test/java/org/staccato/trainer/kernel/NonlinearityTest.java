package org.staccato.trainer.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The stated errors of exp, tanh and σ, over a dense grid and at the edges. */
class NonlinearityTest {

  private static final int COUNT = 1 << 18;

  @Test
  void tanhIsWithinFiveUnitsInTheLastPlace() {
    float[] x = grid(-10, 10);
    float[] tanh = x.clone();
    Nonlinearity.TANH.apply(tanh, 0, COUNT, new float[COUNT], 0);
    requireUlps(5, x, tanh, Math::tanh);
  }

  @Test
  void tanhOfTinyArgumentsIsTheArgument() {
    float[] x = grid(-1e-4, 1e-4);
    float[] tanh = x.clone();
    Nonlinearity.TANH.apply(tanh, 0, COUNT, new float[COUNT], 0);
    requireUlps(5, x, tanh, Math::tanh);
  }

  @Test
  void sigmoidIsWithinTwoToTheMinus22() {
    float[] x = grid(-30, 30);
    float[] sigmoid = x.clone();
    Nonlinearity.SIGMOID.apply(sigmoid, 0, COUNT, new float[COUNT], 0);
    for (int i = 0; i < COUNT; i++) {
      assertEquals(1 / (1 + Math.exp(-x[i])), sigmoid[i], 0x1p-22, "σ of " + x[i]);
    }
  }

  @Test
  void exponentialIsWithinTwoUnitsInTheLastPlace() {
    float[] x = grid(-87, 0);
    float[] e = x.clone();
    float[] partial = new float[Matrix.PADDING];
    Exponential.exponentiate(e, 0, COUNT, new float[COUNT], 0f, partial);
    requireUlps(2, x, e, Math::exp);
    double sum = 0;
    for (float value : e) {
      sum += value;
    }
    double total = 0;
    for (int part = 0; part < Exponential.partialSums(); part++) {
      total += partial[part];
    }
    assertEquals(sum, total, COUNT * 0x1p-24 * sum);
  }

  @Test
  void exponentialOfFarBelowTheGreatestIsExactlyZero() {
    float[] x = new float[Matrix.PADDING];
    x[0] = -87.5f;
    x[1] = -1e30f;
    x[2] = -Float.MAX_VALUE;
    Exponential.exponentiate(x, 0, x.length, new float[x.length], 0f, new float[x.length]);
    assertEquals(0f, x[0]);
    assertEquals(0f, x[1]);
    assertEquals(0f, x[2]);
    assertEquals(1f, x[3]);
  }

  @Test
  void theGreatestScoreIncludesTheBias() {
    float[] x = grid(-50, -40);
    float[] bias = new float[COUNT];
    bias[12345] = 100;
    assertEquals(x[12345] + 100, Exponential.max(x, 0, COUNT, bias));
  }

  private static float[] grid(double from, double to) {
    float[] x = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      x[i] = (float) (from + (to - from) * i / (COUNT - 1));
    }
    return x;
  }

  private static void requireUlps(
      double bound, float[] x, float[] found, DoubleUnaryOperator function) {
    double worst = 0;
    float at = 0;
    for (int i = 0; i < x.length; i++) {
      double expected = function.applyAsDouble(x[i]);
      double ulps = Math.abs(found[i] - expected) / Math.ulp((float) expected);
      if (!(ulps <= worst)) {
        worst = ulps;
        at = x[i];
      }
    }
    double error = worst;
    float argument = at;
    assertTrue(error <= bound, () -> "found %s ULP at %s".formatted(error, argument));
  }
}
