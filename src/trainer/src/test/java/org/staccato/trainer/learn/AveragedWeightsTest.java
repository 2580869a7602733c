package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.kernel.Matrix;

/** The average of weights of which an update moves only some. */
class AveragedWeightsTest {
  private static final int BLOCKS = 5;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @Test
  void whatDoesNotMoveIsAveragedAsWell() {
    float[] weights = new float[BLOCKS * Matrix.PADDING];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    double[] expected = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      expected[i] = weights[i];
    }
    AveragedWeights average = new AveragedWeights(weights, 0.99);
    for (int update = 1; update <= 3000; update++) {
      average.advance();
      for (int block = 0; block < BLOCKS; block++) {
        int from = block * Matrix.PADDING;
        if (random.nextInt(1 + 10 * block) == 0) {
          average.before(weights, from, Matrix.PADDING);
          for (int i = from; i < from + Matrix.PADDING; i++) {
            weights[i] += (float) (0.1 * random.nextGaussian());
          }
          average.after(weights, from, Matrix.PADDING);
        }
      }
      double decay = Math.min(0.99, (1.0 + update) / (10.0 + update));
      for (int i = 0; i < weights.length; i++) {
        expected[i] += (1 - decay) * (weights[i] - expected[i]);
      }
      if (update % 700 == 0) {
        float[] found = average.of(weights);
        for (int i = 0; i < weights.length; i++) {
          assertEquals(expected[i], found[i], 1e-4, "update " + update + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void withoutDecayTheAverageIsTheWeights() {
    float[] weights = {1, 2, 3};
    AveragedWeights average = new AveragedWeights(weights, 0);
    average.advance();
    assertSame(weights, average.of(weights));
  }
}
