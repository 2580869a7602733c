package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.testkit.RandomSeed;

/** Loss and gradient of a tile of scores against double precision. */
class SoftmaxCrossEntropyTest {
  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 997})
  void lossAndGradientAreThoseOfTheSoftmax(int items) {
    requireLossAndGradient(items, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 997})
  void smoothingMovesProbabilityFromTheTargetToAllItems(int items) {
    requireLossAndGradient(items, 0.2);
  }

  private void requireLossAndGradient(int items, double smoothing) {
    ScoreTile tile = new ScoreTile(items);
    tile.count = 1 + random.nextInt(ScoreTile.ROWS);
    double[][] scores = new double[tile.count][items];
    for (int item = 0; item < items; item++) {
      tile.bias[item] = (float) random.nextGaussian();
    }
    for (int row = 0; row < tile.count; row++) {
      tile.targets[row] = random.nextInt(items);
      for (int item = 0; item < items; item++) {
        float score = (float) (5 * random.nextGaussian());
        tile.scores[row * tile.stride + item] = score;
        scores[row][item] = (double) score + tile.bias[item];
      }
    }
    float share = 0.25f;
    double loss = new SoftmaxCrossEntropy(smoothing).differentiate(tile, share);

    double expectedLoss = 0;
    for (int row = 0; row < tile.count; row++) {
      double sum = 0;
      for (double score : scores[row]) {
        sum += Math.exp(score);
      }
      int target = tile.targets[row];
      double mean = Arrays.stream(scores[row]).average().orElseThrow();
      expectedLoss += Math.log(sum) - (1 - smoothing) * scores[row][target] - smoothing * mean;
      for (int item = 0; item < tile.items; item++) {
        double probability = item < items ? Math.exp(scores[row][item]) / sum : 0;
        double wanted = (item == target ? 1 - smoothing : 0) + smoothing / items;
        double expected = item < items ? share * (probability - wanted) : 0;
        double found = (double) tile.factors[row] * tile.scores[row * tile.stride + item];
        found += item == target ? tile.ofTarget[row] : 0;
        assertEquals(expected, found, 0x1p-20, "item " + item + ", seed " + seed);
      }
    }
    assertEquals(expectedLoss, loss, 0x1p-18 * (1 + expectedLoss), "seed " + seed);
  }
}
