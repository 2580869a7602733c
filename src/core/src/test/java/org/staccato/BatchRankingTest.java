package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.export.MatrixTypes;
import org.staccato.live.ModelVersion;
import org.staccato.model.Activation;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Weights;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Rankings and scores of many users at a time equal those of one user at a time, bit for bit. */
class BatchRankingTest {
  private static final int CAPACITY = 33;

  /** None of the multiples of four equals the capacity; a search in eight bits ends at 8. */
  private static final int[] COUNTS = {1, 2, 3, 4, 5, 7, 8, 13, 33};

  @TempDir Path folder;

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(Cell.LSTM, MatrixTypes.F32, 1),
        Arguments.of(Cell.LSTM, MatrixTypes.F32, 997),
        Arguments.of(Cell.GRU, MatrixTypes.F32, 15),
        Arguments.of(Cell.GRU, MatrixTypes.F32, 128),
        Arguments.of(Cell.LSTM, MatrixTypes.BF16, 16),
        Arguments.of(Cell.LSTM, MatrixTypes.BF16, 65),
        Arguments.of(Cell.GRU, MatrixTypes.BF16, 17),
        Arguments.of(Cell.GRU, MatrixTypes.BF16, 300),
        Arguments.of(Cell.LSTM, MatrixTypes.I8, 63),
        Arguments.of(Cell.LSTM, MatrixTypes.I8, 2000),
        Arguments.of(Cell.GRU, MatrixTypes.I8, 64),
        Arguments.of(Cell.GRU, MatrixTypes.I8, 3001));
  }

  private LiveModel open(Weights network, MatrixTypes types) throws IOException {
    return LiveModel.open(
        RandomNetworks.write(folder.resolve("items.safetensors"), network, types));
  }

  /** Users after different numbers of events, the first after none. */
  private static UserState[] users(Scorer scorer, Random random, int items) {
    UserState[] users = Stream.generate(scorer::newState).limit(CAPACITY).toArray(UserState[]::new);
    for (int i = 0; i < users.length; i++) {
      for (int step = 0; step < i % 5; step++) {
        scorer.step(users[i], random.nextInt(items));
      }
    }
    return users;
  }

  private static Ranked[] results() {
    return Stream.generate(Ranked::new).limit(CAPACITY).toArray(Ranked[]::new);
  }

  /** Everything, nothing, a few items in few blocks, or most of them. */
  private static ItemFilter filter(Random random, ItemSetFactory sets) {
    return switch (random.nextInt(5)) {
      case 0 -> ItemFilter.NONE;
      case 1 -> ItemFilter.NONE.withAllow(sets.random(0));
      case 2 -> ItemFilter.NONE.withAllow(sets.random(0.005));
      case 3 -> ItemFilter.NONE.withSeen(sets.random(0.3)).withDeny(sets.random(0.1));
      default -> new ItemFilter(sets.random(0.9), sets.random(0.5), sets.random(0.01));
    };
  }

  /** Makes a set that contains each item with a probability. */
  private interface ItemSetFactory {
    ItemSet random(double probability);
  }

  private static ItemSetFactory sets(Random random, ModelVersion version) {
    int items = version.specification().ranking().items();
    return probability -> {
      ItemSet set = new ItemSet(version);
      for (int item = 0; item < items; item++) {
        if (random.nextDouble() < probability) {
          set.add(item);
        }
      }
      return set;
    };
  }

  /** Sorts the items that pass a filter by score, equal scores by index, and returns at most k. */
  private static int[] best(float[] scores, ItemFilter filter, int k) {
    return IntStream.range(0, scores.length)
        .filter(filter::accepts)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer item) -> -scores[item]))
        .mapToInt(item -> item)
        .limit(k)
        .toArray();
  }

  private static int[] items(Ranked ranked) {
    return IntStream.range(0, ranked.size()).map(ranked::item).toArray();
  }

  private static void assertRanking(
      float[] scores, ItemFilter filter, int k, Ranked actual, String where) {
    assertArrayEquals(best(scores, filter, k), items(actual), where);
    for (int rank = 0; rank < actual.size(); rank++) {
      assertEquals(scores[actual.item(rank)], actual.score(rank), where + ", rank " + rank);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void eachUserGetsTheBestItemsThatPassTheirFilter(Cell cell, MatrixTypes types, int items)
      throws IOException {
    long seed = RandomSeed.of(items);
    Random random = new Random(seed);
    Weights network = RandomNetworks.network(random, cell, items, 5, 1 + items % 40);
    try (LiveModel live = open(network, types)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      UserState[] users = users(scorer, random, items);
      float[][] scores = new float[CAPACITY][items];
      for (int i = 0; i < CAPACITY; i++) {
        scorer.scores(users[i], scores[i]);
      }
      Ranked[] ranked = results();
      Ranked single = new Ranked();
      ItemFilter[] filters = new ItemFilter[CAPACITY];
      for (int count : COUNTS) {
        for (int k : new int[] {1, 10, items + 3}) {
          Arrays.setAll(filters, i -> filter(random, sets(random, live.version())));
          String where = cell + ", " + items + " items, " + count + " users, seed " + seed;
          batch.topK(users, count, k, filters, ranked);
          for (int i = 0; i < count; i++) {
            assertRanking(scores[i], filters[i], k, ranked[i], where + ", user " + i);
            scorer.topK(users[i], k, filters[i], single);
            assertEquals(single.toString(), ranked[i].toString(), where + ", user " + i);
          }
          batch.topK(users, count, k, filters[0], ranked);
          for (int i = 0; i < count; i++) {
            assertRanking(scores[i], filters[0], k, ranked[i], where + ", one filter, user " + i);
          }
        }
      }
    }
  }

  @Test
  void equalScoresComeInTheOrderOfTheItems() throws IOException {
    int items = 500;
    Weights network = RandomNetworks.network(RandomSeed.random(2), items, 5, 17);
    FloatMatrix weights = network.get(RandomNetworks.HEAD_WEIGHTS);
    float[] output = new float[items * 17];
    float[] biases = new float[items];
    for (int item = 0; item < items; item++) {
      for (int unit = 0; unit < 17; unit++) {
        output[item * 17 + unit] = weights.at(item % 7, unit);
      }
      biases[item] = network.get(RandomNetworks.HEAD_BIAS).at(item % 7, 0);
    }
    Weights equal = RandomNetworks.withOutput(network, output, biases);
    try (LiveModel live = open(equal, MatrixTypes.F32)) {
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      UserState[] users = users(live.newScorer(), RandomSeed.random(2), items);
      Ranked[] ranked = results();
      batch.topK(users, 5, 100, ItemFilter.NONE, ranked);
      for (int i = 0; i < 5; i++) {
        for (int rank = 1; rank < 100; rank++) {
          boolean tie = ranked[i].score(rank) == ranked[i].score(rank - 1);
          assertTrue(!tie || ranked[i].item(rank) > ranked[i].item(rank - 1), ranked[i].toString());
        }
        assertEquals(ranked[i].item(0) % 7 + 7 * 70, ranked[i].item(70), "the 71st of equals");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void scoresAreThoseOfOneUser(Cell cell, MatrixTypes types, int items) throws IOException {
    Random random = RandomSeed.random(items);
    Weights network = RandomNetworks.network(random, cell, items, 5, 1 + items % 40);
    try (LiveModel live = open(network, types)) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(CAPACITY);
      UserState[] users = users(scorer, random, items);
      float[] expected = new float[items];
      for (int count : COUNTS) {
        String where = cell + ", " + types + ", " + items + " items, " + count + " users";
        float[][] all = new float[count][items];
        int[] candidates = RandomNetworks.sequence(random, items, count);
        float[] results = new float[count];
        batch.scores(users, count, all);
        batch.score(users, candidates, count, results);
        for (int i = 0; i < count; i++) {
          scorer.scores(users[i], expected);
          assertArrayEquals(expected, all[i], where + ", user " + i);
          assertEquals(expected[candidates[i]], results[i], where + ", user " + i);
        }
      }
    }
  }

  @Test
  void wrongArgumentsAreRefused() throws IOException {
    Weights network = RandomNetworks.network(RandomSeed.random(1), 50, 5, 17);
    try (LiveModel live = open(network, MatrixTypes.F32);
        LiveModel stranger = LiveModel.open(ModelFiles.random(folder, 2, 50, 5, 17))) {
      UserState[] users = users(live.newScorer(), RandomSeed.random(1), 50);
      BatchScorer batch = live.newBatchScorer(4);
      Ranked[] ranked = results();
      ItemFilter none = ItemFilter.NONE;
      ItemFilter wrong = none.withSeen(new ItemSet(stranger.version()));
      assertRange(() -> batch.topK(users, 0, 1, none, ranked));
      assertRange(() -> batch.topK(users, 5, 1, none, ranked));
      assertRange(() -> batch.topK(new UserState[1], 2, 1, none, ranked));
      assertRange(() -> batch.topK(users, 2, 1, none, new Ranked[] {ranked[0]}));
      assertRange(() -> batch.topK(users, 2, 1, new ItemFilter[] {none}, ranked));
      assertRefused(() -> batch.topK(users, 2, 0, none, ranked));
      assertRefused(() -> batch.topK(users, 2, 1, wrong, ranked));
      assertRefused(() -> batch.topK(users, 2, 1, new ItemFilter[] {none, wrong}, ranked));
      assertRange(() -> batch.score(users, new int[] {0, 50}, 2, new float[2]));
      assertRange(() -> batch.score(users, new int[2], 2, new float[1]));
      assertRange(() -> batch.scores(users, 2, new float[1][50]));
      assertRefused(() -> batch.scores(users, 2, new float[2][49]));
      UserState[] mixed = {users[0], stranger.newScorer().newState()};
      assertRefused(() -> batch.topK(mixed, 2, 1, none, ranked));
      assertRefused(() -> batch.scores(mixed, 2, new float[2][50]));
      assertRefused(() -> batch.prepare(mixed, 2));
      batch.topK(mixed, 1, 1, none, ranked);
      assertEquals(1, ranked[0].size());
    }
  }

  @Test
  void aModelThatPredictsRanksNothing() throws IOException {
    Path path = ModelFiles.prediction(folder, Cell.GRU, Activation.LINEAR, 1, 7, 3, 17);
    try (LiveModel live = LiveModel.open(path)) {
      BatchScorer batch = live.newBatchScorer(4);
      UserState[] users = {batch.newState()};
      Ranked[] ranked = results();
      assertThrows(
          IllegalStateException.class, () -> batch.topK(users, 1, 1, ItemFilter.NONE, ranked));
      assertThrows(
          IllegalStateException.class, () -> batch.score(users, new int[1], 1, new float[1]));
      assertThrows(IllegalStateException.class, () -> batch.scores(users, 1, new float[1][3]));
    }
  }

  private static void assertRange(Runnable call) {
    assertThrows(IndexOutOfBoundsException.class, call::run);
  }

  private static void assertRefused(Runnable call) {
    assertThrows(IllegalArgumentException.class, call::run);
  }
}
