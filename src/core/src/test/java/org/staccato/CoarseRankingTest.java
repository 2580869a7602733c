package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.export.MatrixTypes;
import org.staccato.format.DataType;
import org.staccato.live.ModelVersion;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * A ranking that finds its items with coarse weights equals the ranking of the same network without
 * them, bit for bit.
 */
class CoarseRankingTest {
  /** In the largest, coarse weights find even the best hundred. */
  private static final int[] SIZES = {1, 63, 64, 65, 1000, 6500};

  @TempDir Path folder;

  /** The output weights and biases that make the search hard. */
  enum Catalogue {
    ORDINARY,
    /** Seven different rows, so that whole groups have the same score. */
    FEW_DIFFERENT_ROWS,
    /** One score for all: more contenders than are kept at a time. */
    ALL_EQUAL,
    /** Every second row zero, the rest small. */
    ZERO_ROWS,
    /** Biases that hide the effect of the weights. */
    LARGE_BIASES,
    /** The bias decides alone for most items. */
    TINY_WEIGHTS,
    /** Rows of all magnitudes. */
    MIXED_MAGNITUDES,
    /** One weight of a row makes its step coarse. */
    ONE_HUGE_WEIGHT,
    /** Scores that differ by less than a step can tell. */
    NEARLY_EQUAL,
    /** Each item beats all before it. */
    ASCENDING;

    void shape(Random random, float[] weights, float[] biases, int units) {
      for (int item = 0; item < biases.length; item++) {
        int from = item * units;
        switch (this) {
          case ORDINARY -> {}
          case FEW_DIFFERENT_ROWS -> {
            System.arraycopy(weights, item % 7 * units, weights, from, units);
            biases[item] = biases[item % 7];
          }
          case ALL_EQUAL -> {
            System.arraycopy(weights, 0, weights, from, units);
            biases[item] = biases[0];
          }
          case ZERO_ROWS -> {
            scale(weights, from, units, item % 2 * 0.1f);
            biases[item] = 0;
          }
          case LARGE_BIASES -> biases[item] *= 1e6f;
          case TINY_WEIGHTS -> scale(weights, from, units, item % 3 == 0 ? 1e-35f : 1e-22f);
          case MIXED_MAGNITUDES ->
              scale(weights, from, units, (float) Math.pow(10, random.nextInt(-20, 10)));
          case ONE_HUGE_WEIGHT -> weights[from + random.nextInt(units)] *= 1000;
          case NEARLY_EQUAL -> {
            for (int i = 0; i < units; i++) {
              weights[from + i] = weights[i] * (1 + 1e-6f * (float) random.nextGaussian());
            }
            biases[item] = biases[0];
          }
          case ASCENDING -> biases[item] = 10f * item;
        }
      }
    }

    private static void scale(float[] values, int from, int count, float factor) {
      for (int i = from; i < from + count; i++) {
        values[i] *= factor;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isThatOfTheExactScores(Catalogue catalogue) throws IOException {
    for (int items : SIZES) {
      compare(catalogue, items, DataType.F32);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isThatOfTheExactScoresOfHalvedFloatsToo(Catalogue catalogue) throws IOException {
    compare(catalogue, 1000, DataType.BF16);
  }

  private void compare(Catalogue catalogue, int items, DataType type) throws IOException {
    long seed = RandomSeed.of(31L * items + catalogue.name().hashCode());
    Random random = new Random(seed);
    Cell cell = random.nextBoolean() ? Cell.LSTM : Cell.GRU;
    int units = List.of(1, 7, 16, 33).get(random.nextInt(4));
    float[] weights = RandomNetworks.floats(random, items * units, 1);
    float[] biases = RandomNetworks.floats(random, items, 0.5);
    catalogue.shape(random, weights, biases, units);
    Weights network =
        RandomNetworks.with(
            RandomNetworks.network(random, cell, items, 3, units),
            Map.of(
                ModelSpecification.embeddingName(),
                RandomNetworks.floats(random, 3 * items, 2),
                RandomNetworks.HEAD_WEIGHTS,
                weights,
                RandomNetworks.HEAD_BIAS,
                biases));
    MatrixTypes plain = new MatrixTypes(DataType.F32, DataType.F32, type, false);
    MatrixTypes searched = new MatrixTypes(DataType.F32, DataType.F32, type, true);
    Path one = RandomNetworks.write(folder.resolve("plain.safetensors"), network, plain);
    Path two = RandomNetworks.write(folder.resolve("searched.safetensors"), network, searched);
    try (LiveModel exact = LiveModel.open(one);
        LiveModel found = LiveModel.open(two)) {
      compare(
          exact,
          found,
          random,
          items,
          catalogue + ", " + cell + " of " + units + ", " + items + " items, seed " + seed);
    }
  }

  private static void compare(
      LiveModel exactModel, LiveModel foundModel, Random random, int items, String model) {
    Scorer exact = exactModel.newScorer();
    Scorer found = foundModel.newScorer();
    UserState exactUser = exact.newState();
    UserState foundUser = found.newState();
    int[] seen = random.ints(items / 2, 0, items).toArray();
    int[] allow = random.ints(items / 50 + 1, 0, items).toArray();
    int[] deny = {};
    Ranked best = new Ranked();
    for (int step = 0; step < 3; step++) {
      List<ItemFilter> exactFilters = filters(exactModel.version(), seen, allow, deny);
      List<ItemFilter> foundFilters = filters(foundModel.version(), seen, allow, deny);
      for (int filter = 0; filter < exactFilters.size(); filter++) {
        for (int k : new int[] {1, 10, 100, items + 1}) {
          String where = model + ", step " + step + ", filter " + filter + ", k " + k;
          Ranked expected = new Ranked();
          Ranked actual = new Ranked();
          exact.topK(exactUser, k, exactFilters.get(filter), expected);
          found.topK(foundUser, k, foundFilters.get(filter), actual);
          assertEquals(expected.toString(), actual.toString(), where);
        }
      }
      exact.topK(exactUser, 20, best);
      IntStream beaten = IntStream.range(0, best.size()).map(best::item);
      deny = IntStream.concat(IntStream.of(deny), beaten).toArray();
      int item = random.nextInt(items);
      exact.step(exactUser, item);
      found.step(foundUser, item);
    }
  }

  private static List<ItemFilter> filters(
      ModelVersion version, int[] seenItems, int[] allowItems, int[] denyItems) {
    ItemSet seen = ItemSet.of(version, seenItems, seenItems.length);
    ItemSet allow = ItemSet.of(version, allowItems, allowItems.length);
    ItemSet deny = ItemSet.of(version, denyItems, denyItems.length);
    return List.of(
        ItemFilter.NONE,
        ItemFilter.NONE.withSeen(seen),
        ItemFilter.NONE.withAllow(allow),
        ItemFilter.NONE.withDeny(deny),
        new ItemFilter(seen, allow, deny));
  }

  /**
   * Makes two rows that rounding to halved floats makes equal. Eight bits taken from the unrounded
   * weights would have errors in opposite directions, each of three quarters of a step: the
   * fraction that the byte below adds is ¼ in one row and ¾ in the other.
   */
  @Test
  void eightBitsBoundTheWeightsThatAreStoredAndNotThoseBefore() throws IOException {
    float[] low = {66, 125.7545f, 66.4893f, 125.7545f};
    float[] high = {-66, 126.2455f, -65.505f, 126.2455f};
    int units = 12;
    int items = 100;
    float[] bias = new float[4 * units];
    for (int unit = 0; unit < units; unit++) {
      bias[unit] = 20;
      bias[2 * units + unit] = unit < 8 ? unit % 2 * 20 : 0;
      bias[3 * units + unit] = 20;
    }
    float[] weights = new float[items * units];
    for (int i = 0; i < 8; i++) {
      weights[i] = high[i % 4];
      weights[99 * units + i] = low[i % 4];
    }
    weights[8] = 127;
    weights[99 * units + 8] = 127;
    float[] biases = new float[items];
    biases[0] = -0.1f;
    Map<String, float[]> arrays = new HashMap<>();
    ModelSpecification specification = RandomNetworks.ranking(Cell.LSTM, items, 1, units);
    for (Parameter parameter : specification.parameters()) {
      arrays.put(parameter.name(), new float[(int) parameter.elements()]);
    }
    arrays.put(ModelSpecification.layerName(0, Lstm.BIAS), bias);
    Weights network = RandomNetworks.withOutput(Weights.of(specification, arrays), weights, biases);
    MatrixTypes types = new MatrixTypes(DataType.F32, DataType.F32, DataType.BF16, true);
    Path path = RandomNetworks.write(folder.resolve("rounded.safetensors"), network, types);
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 0);
      assertTrue(scorer.score(user, 99) > scorer.score(user, 0));
      Ranked ranked = new Ranked();
      scorer.topK(user, 1, ranked);
      assertEquals(99, ranked.item(0));
    }
  }

  /**
   * Checks rankings against sorted scores, because the tests above only compare rankings with each
   * other.
   */
  @ParameterizedTest
  @EnumSource(Cell.class)
  void layersInEightBitsRankAsTheirOwnScoresSay(Cell cell) throws IOException {
    int items = 3000;
    Weights network = RandomNetworks.network(RandomSeed.random(9), cell, items, 8, 33);
    Path path = folder.resolve("eight.safetensors");
    try (LiveModel live = LiveModel.open(RandomNetworks.write(path, network, MatrixTypes.I8))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      float[] scores = new float[items];
      Ranked ranked = new Ranked();
      for (int item = 0; item < 5; item++) {
        scorer.step(user, item);
        scorer.scores(user, scores);
        assertEquals(10, scorer.topK(user, 10, ranked));
        float[] sorted = scores.clone();
        Arrays.sort(sorted);
        for (int rank = 0; rank < 10; rank++) {
          assertEquals(sorted[items - 1 - rank], ranked.score(rank), cell + ", rank " + rank);
          assertEquals(scores[ranked.item(rank)], ranked.score(rank));
        }
      }
      assertTrue(live.isWarm());
    }
  }
}
