package org.staccato.trainer.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Elements.AdamStep;

class ElementsTest {

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @Test
  void dropoutDropsTheGivenShareAndKeepsTheExpectation() {
    int count = 1 << 17;
    for (float probability : new float[] {0f, 0.1f, 0.5f, 0.9f}) {
      float[] x = new float[count];
      Arrays.fill(x, 1f);
      Elements.dropout(x, 0, count, probability, random.nextInt());
      int dropped = 0;
      for (float value : x) {
        if (value == 0) {
          dropped++;
        } else {
          assertEquals(1 / (1 - probability), value);
        }
      }
      double deviation = Math.sqrt(count * probability * (1 - probability));
      assertEquals(count * probability, dropped, 6 * deviation + 1, "seed " + seed);
    }
  }

  @Test
  void dropoutRepeatsItselfForTheSameSeedOnly() {
    int dropSeed = random.nextInt();
    assertArrayEquals(dropped(dropSeed), dropped(dropSeed));
    assertFalse(Arrays.equals(dropped(dropSeed), dropped(dropSeed ^ 0x5555)));
  }

  private static float[] dropped(int seed) {
    float[] x = new float[1024];
    Arrays.fill(x, 1f);
    Elements.dropout(x, 0, x.length, 0.5f, seed);
    return x;
  }

  @Test
  void adamFollowsThePaper() {
    int count = 48;
    float[] weights = normal(count);
    float[] mean = new float[count];
    float[] variance = new float[count];
    double[] w = toDouble(weights);
    double[] m = new double[count];
    double[] v = new double[count];
    for (int t = 1; t <= 20; t++) {
      float[] gradient = normal(count);
      double rate = 0.01;
      double decay = 0.1;
      for (int i = 0; i < count; i++) {
        double g = 0.5 * gradient[i];
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        w[i] -= rate * decay * w[i];
        w[i] -=
            rate
                * (m[i] / (1 - Math.pow(0.9, t)))
                / (Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-8);
      }
      AdamStep step =
          new AdamStep(
              0.5f,
              0.9f,
              0.999f,
              (float) (rate / (1 - Math.pow(0.9, t))),
              (float) (1 / (1 - Math.pow(0.999, t))),
              1e-8f,
              (float) (1 - rate * decay));
      Elements.adam(weights, gradient, mean, variance, 0, count, step);
    }
    for (int i = 0; i < count; i++) {
      assertEquals(w[i], weights[i], 1e-5, "seed " + seed);
    }
  }

  @Test
  void sumsAndCopies() {
    float[] x = normal(10_000);
    double squares = 0;
    for (float value : x) {
      squares += (double) value * value;
    }
    assertEquals(squares, Elements.squares(x, 0, x.length), squares * 256 * 0x1p-24);

    Matrix from = new Matrix(x, 3, 37, 21, 25, 1);
    Matrix to = Matrix.of(new float[21 * 37], 0, 21, 37);
    Elements.copy(from, to.transpose());
    for (int row = 0; row < 37; row++) {
      for (int column = 0; column < 21; column++) {
        assertEquals(x[3 + row * 25 + column], to.values()[column * 37 + row]);
      }
    }
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[] toDouble(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
