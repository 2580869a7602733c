package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.export.MatrixTypes;
import org.staccato.format.DataType;
import org.staccato.live.ModelVersion;
import org.staccato.model.Weights;
import org.staccato.rank.SharedRanking;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** A filtered ranking is the head of all items that pass, sorted by their scores. */
class FilteredRankingTest {
  /** In the last, workers help. */
  private static final int[] SIZES = {
    1, 15, 16, 17, 63, 64, 65, 127, 1021, 1024, 4099, SharedRanking.LEAST_BLOCKS * 64 + 77
  };

  private static final int TRIALS = 12;

  @TempDir Path folder;

  /** Which items a random set holds. */
  private enum Shape {
    NOTHING,
    ONE,
    FEW,
    /** As many as a block of 64 has one or two of. */
    ONE_IN_FIFTY,
    HALF,
    /** Neighbours, across some blocks. */
    RANGE,
    /** Whole blocks and nothing between them. */
    EVERY_THIRD_BLOCK,
    ALL_BUT_ONE,
    EVERYTHING;

    BitSet draw(Random random, int items) {
      BitSet set = new BitSet(items);
      switch (this) {
        case NOTHING -> {}
        case ONE -> set.set(random.nextInt(items));
        case FEW -> random.ints(10, 0, items).forEach(set::set);
        case ONE_IN_FIFTY -> random.ints(items / 50 + 1, 0, items).forEach(set::set);
        case HALF -> random.ints(items, 0, items).forEach(set::set);
        case RANGE -> {
          int from = random.nextInt(items);
          set.set(from, Math.min(items, from + 300));
        }
        case EVERY_THIRD_BLOCK ->
            IntStream.range(0, items).filter(item -> item / 64 % 3 == 0).forEach(set::set);
        case ALL_BUT_ONE -> {
          set.set(0, items);
          set.clear(random.nextInt(items));
        }
        case EVERYTHING -> set.set(0, items);
      }
      return set;
    }
  }

  private static @Nullable BitSet drawOrNone(Random random, int items) {
    int shape = random.nextInt(Shape.values().length + 3);
    return shape < Shape.values().length ? Shape.values()[shape].draw(random, items) : null;
  }

  private static @Nullable ItemSet toItems(
      Random random, ModelVersion version, @Nullable BitSet drawn) {
    if (drawn == null) {
      return null;
    }
    int[] items = drawn.stream().toArray();
    if (random.nextBoolean()) {
      return ItemSet.of(version, items, items.length);
    }
    ItemSet set = new ItemSet(version);
    set.set(items, items.length);
    return set;
  }

  private static List<Integer> sorted(float[] scores, BitSet eligible) {
    return eligible.stream()
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer item) -> -scores[item])
                .thenComparingInt(item -> item))
        .toList();
  }

  /** The output weights in f32, in bf16, and in f32 beside coarse weights. */
  @ParameterizedTest
  @ValueSource(strings = {"F32", "BF16", "I8"})
  void isTheHeadOfTheItemsThatPass(String type) throws IOException {
    DataType stored = type.equals("BF16") ? DataType.BF16 : DataType.F32;
    MatrixTypes types = new MatrixTypes(DataType.F32, DataType.F32, stored, type.equals("I8"));
    for (int items : SIZES) {
      long seed = RandomSeed.of(31L * items + type.hashCode());
      Random random = new Random(seed);
      int units = List.of(1, 15, 16, 17, 31).get(random.nextInt(5));
      Weights network = network(random, items, units);
      Path path = RandomNetworks.write(folder.resolve("model.safetensors"), network, types);
      try (LiveModel live = LiveModel.open(path);
          RankingWorkers workers = new RankingWorkers(2)) {
        String model = type + ", " + items + " items, " + units + " units, seed " + seed;
        Scorer alone = live.newScorer();
        Scorer helped = live.newScorer(workers);
        UserState user = alone.newState();
        float[] scores = new float[items];
        for (int trial = 0; trial < TRIALS; trial++) {
          alone.step(user, random.nextInt(items));
          alone.scores(user, scores);
          BitSet seen = drawOrNone(random, items);
          BitSet allow = drawOrNone(random, items);
          BitSet deny = drawOrNone(random, items);
          ItemFilter filter =
              new ItemFilter(
                  toItems(random, live.version(), seen),
                  toItems(random, live.version(), allow),
                  toItems(random, live.version(), deny));
          List<Integer> sorted = sorted(scores, eligible(items, seen, allow, deny));
          for (int k : new int[] {1, 10, 100, items + 1}) {
            String where = model + ", trial " + trial + ", k " + k;
            List<Integer> expected = sorted.subList(0, Math.min(k, sorted.size()));
            assertRanking(alone, user, k, filter, expected, scores, where);
            assertRanking(helped, user, k, filter, expected, scores, where + ", helped");
          }
        }
      }
    }
  }

  /** Every third catalogue has five different rows, so that the order of equal scores decides. */
  private static Weights network(Random random, int items, int units) {
    float[] weights = RandomNetworks.floats(random, items * units, 1);
    float[] biases = RandomNetworks.floats(random, items, 0.5);
    if (random.nextInt(3) == 0) {
      for (int item = 5; item < items; item++) {
        System.arraycopy(weights, item % 5 * units, weights, item * units, units);
        biases[item] = biases[item % 5];
      }
    }
    return RandomNetworks.withOutput(
        RandomNetworks.network(random, Cell.GRU, items, 3, units), weights, biases);
  }

  private static BitSet eligible(
      int items, @Nullable BitSet seen, @Nullable BitSet allow, @Nullable BitSet deny) {
    BitSet eligible = new BitSet(items);
    eligible.set(0, items);
    if (allow != null) {
      eligible.and(allow);
    }
    if (seen != null) {
      eligible.andNot(seen);
    }
    if (deny != null) {
      eligible.andNot(deny);
    }
    return eligible;
  }

  private static void assertRanking(
      Scorer scorer,
      UserState user,
      int k,
      ItemFilter filter,
      List<Integer> expected,
      float[] scores,
      String where) {
    Ranked ranked = new Ranked();
    assertEquals(expected.size(), scorer.topK(user, k, filter, ranked), where);
    List<Integer> actual = IntStream.range(0, ranked.size()).map(ranked::item).boxed().toList();
    assertEquals(expected, actual, where);
    for (int rank = 0; rank < ranked.size(); rank++) {
      assertEquals(scores[ranked.item(rank)], ranked.score(rank), where + ", rank " + rank);
    }
  }
}
