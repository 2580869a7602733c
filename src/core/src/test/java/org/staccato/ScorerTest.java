package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.model.Weights;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Rankings and scores, seen by a user of the API. */
class ScorerTest {
  @TempDir Path folder;

  private static List<Integer> sorted(float[] scores, ItemFilter filter) {
    return IntStream.range(0, scores.length)
        .filter(filter::accepts)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer item) -> -scores[item])
                .thenComparingInt(item -> item))
        .toList();
  }

  private static void assertRanking(
      Scorer scorer, UserState user, int k, ItemFilter filter, float[] scores, String where) {
    Ranked ranked = new Ranked();
    List<Integer> expected = sorted(scores, filter);
    int n = scorer.topK(user, k, filter, ranked);
    assertEquals(Math.min(k, expected.size()), n, where);
    assertEquals(n, ranked.size());
    for (int rank = 0; rank < n; rank++) {
      assertEquals(expected.get(rank), ranked.item(rank), where + ", rank " + rank);
      assertEquals(scores[expected.get(rank)], ranked.score(rank), where);
    }
    assertThrows(IndexOutOfBoundsException.class, () -> ranked.item(n));
    assertThrows(IndexOutOfBoundsException.class, () -> ranked.score(-1));
  }

  @Test
  void aRankingIsTheHeadOfAllItemsSorted() throws IOException {
    for (int items : new int[] {1, 2, 15, 16, 17, 127, 1024, 1025, 2500}) {
      long seed = RandomSeed.of(items);
      Random random = new Random(seed);
      try (LiveModel live = LiveModel.open(ModelFiles.random(folder, seed, items, 5, 9))) {
        Scorer scorer = live.newScorer();
        UserState user = scorer.newState();
        float[] scores = new float[items];
        ItemSet seen = new ItemSet(live.version());
        ItemSet allow = new ItemSet(live.version());
        ItemSet deny = new ItemSet(live.version());
        for (int step = 0; step < 4; step++) {
          scorer.step(user, random.nextInt(items));
          scorer.scores(user, scores);
          seen.add(random.nextInt(items));
          deny.add(random.nextInt(items));
          random.ints(items / 3, 0, items).forEach(allow::add);
          for (int k : new int[] {1, 2, 10, 100, items, items + 7, Integer.MAX_VALUE}) {
            String where = "items " + items + ", k " + k + ", step " + step;
            ItemFilter none = ItemFilter.NONE;
            assertRanking(scorer, user, k, none, scores, where);
            assertRanking(scorer, user, k, none.withSeen(seen), scores, where + ", seen");
            assertRanking(scorer, user, k, none.withAllow(allow), scores, where + ", allow");
            assertRanking(scorer, user, k, none.withDeny(deny), scores, where + ", deny");
            ItemFilter all = new ItemFilter(seen, allow, deny);
            assertRanking(scorer, user, k, all, scores, where + ", all filters");
          }
        }
      }
    }
  }

  @Test
  void equalScoresRankByTheLowerIndex() throws IOException {
    int items = 300;
    float[] bias = new float[items];
    for (int item = 0; item < items; item++) {
      bias[item] = item % 5;
    }
    Weights weights =
        RandomNetworks.withOutput(
            RandomNetworks.network(RandomSeed.random(1), items, 2, 3), new float[3 * items], bias);
    Path path = ModelFiles.write(folder.resolve("ties.safetensors"), weights);
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      Ranked ranked = new Ranked();
      scorer.topK(scorer.newState(), 70, ranked);
      for (int rank = 0; rank < 70; rank++) {
        assertEquals(rank < 60 ? 5 * rank + 4 : 5 * (rank - 60) + 3, ranked.item(rank));
      }
    }
  }

  @Test
  void oneScoreABatchAndAllScoresAreTheSame() throws IOException {
    int items = 133;
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 3, items, 4, 18, 7))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 132);
      float[] all = new float[items + 1];
      scorer.scores(user, all);
      int[] candidates = {0, 1, 132, 131, 16, 15, 64, 64, 0};
      float[] results = new float[candidates.length + 1];
      scorer.score(user, candidates, candidates.length, results);
      for (int i = 0; i < candidates.length; i++) {
        assertEquals(all[candidates[i]], results[i]);
        assertEquals(all[candidates[i]], scorer.score(user, candidates[i]));
      }
      scorer.score(user, candidates, 0, results);
    }
  }

  @Test
  void theOrderOfStepsIsAllThatMatters() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 4, 50, 4, 18))) {
      Scorer scorer = live.newScorer();
      UserState one = scorer.newState();
      UserState two = scorer.newState();
      scorer.step(one, 7);
      scorer.step(two, 8);
      two.copyFrom(one);
      scorer.step(one, 9);
      scorer.step(two, 9);
      assertEquals(scorer.score(one, 3), scorer.score(two, 3));
      scorer.reset(one);
      scorer.step(one, 7);
      live.newScorer().step(one, 9);
      assertEquals(scorer.score(two, 3), scorer.score(one, 3));
    }
  }

  @Test
  void wrongArgumentsAreASentenceAndChangeNothing() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 5, 20, 4, 6))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      float before = scorer.score(user, 1);
      Ranked ranked = new Ranked(0);
      assertSentence(IllegalArgumentException.class, () -> scorer.topK(user, 0, ranked));
      assertSentence(IllegalArgumentException.class, () -> scorer.topK(user, -5, ranked));
      assertSentence(IndexOutOfBoundsException.class, () -> scorer.step(user, -2));
      assertSentence(IndexOutOfBoundsException.class, () -> scorer.step(user, 20));
      assertSentence(IndexOutOfBoundsException.class, () -> scorer.score(user, 20));
      assertSentence(IllegalArgumentException.class, () -> scorer.scores(user, new float[19]));
      assertSentence(
          IndexOutOfBoundsException.class,
          () -> scorer.score(user, new int[] {3, 20}, 2, new float[2]));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> scorer.score(user, new int[] {3, 2}, 3, new float[3]));
      assertSentence(IndexOutOfBoundsException.class, () -> live.popularity(20));
      assertEquals(before, scorer.score(user, 1));
    }
  }

  private static void assertSentence(Class<? extends Exception> type, Runnable call) {
    Exception e = assertThrows(type, call::run);
    assertTrue(String.valueOf(e.getMessage()).contains(": found "), String.valueOf(e));
    assertTrue(String.valueOf(e.getMessage()).contains("expected "), String.valueOf(e));
  }

  @Test
  void aFilterMayLeaveNothing() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 6, 20, 4, 6))) {
      Scorer scorer = live.newScorer();
      ItemFilter nothing = ItemFilter.NONE.withAllow(new ItemSet(live.version()));
      assertEquals(0, scorer.topK(scorer.newState(), 3, nothing, new Ranked()));
    }
  }

  @Test
  void itMayBeHandedToAnotherThread() throws Exception {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 7, 20, 4, 6))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 1);
      float[] here = new float[20];
      float[] there = new float[20];
      scorer.scores(user, here);
      Thread other = Thread.ofVirtual().start(() -> scorer.scores(user, there));
      other.join();
      assertArrayEquals(here, there);
    }
  }

  @Test
  void afterTheCloseItRefusesAndTheModelKnowsItNoMore() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 8, 20, 4, 6))) {
      int before = live.gauges().readers();
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.acquire();
      assertEquals(before + 1, live.gauges().readers());
      scorer.close();
      scorer.close();
      assertEquals(before, live.gauges().readers());
      for (Runnable call :
          List.<Runnable>of(
              scorer::acquire,
              scorer::release,
              scorer::itemKeys,
              scorer::newState,
              () -> scorer.step(user, 1),
              () -> scorer.score(user, 1))) {
        assertThrows(IllegalStateException.class, call::run);
      }
      live.newScorer().step(user, 1);
    }
  }
}
