package org.staccato.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;

/** The heap behind a ranking, driven as a ranking drives it. */
class TopKTest {
  private static final long SEED = RandomSeed.of(11);
  private static final int TRIALS = 2000;

  /** Ranks a part of a catalogue, given by its scores. */
  private static void rank(TopK best, int k, float[] scores, int from, int to) {
    best.start(k);
    for (int item = from; item < to; item++) {
      best.offer(item, scores[item]);
    }
    best.finish();
  }

  /** Draws scores of which many are equal. */
  private static float[] draw(Random random) {
    float[] scores = new float[1 + random.nextInt(40)];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(9) - 4;
    }
    return scores;
  }

  private static void assertBest(float[] scores, int k, TopK actual, String where) {
    int[] expected =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Float.compare(scores[b], scores[a]))
            .limit(k)
            .mapToInt(item -> item)
            .toArray();
    assertEquals(expected.length, actual.size(), where);
    for (int rank = 0; rank < expected.length; rank++) {
      assertEquals(expected[rank], actual.item(rank), where);
      assertEquals(scores[expected[rank]], actual.score(rank), where);
    }
  }

  @Test
  void keepsTheBestInOrder() {
    Random random = new Random(SEED);
    TopK best = new TopK(2);
    for (int trial = 0; trial < TRIALS; trial++) {
      float[] scores = draw(random);
      int k = 1 + random.nextInt(12);
      rank(best, k, scores, 0, scores.length);
      assertBest(scores, k, best, "seed " + SEED + ", trial " + trial);
    }
  }

  @Test
  void theRankingsOfPartsMergeInAnyOrderIntoThatOfTheWhole() {
    Random random = new Random(SEED);
    TopK best = new TopK(0);
    TopK other = new TopK(0);
    for (int trial = 0; trial < TRIALS; trial++) {
      float[] scores = draw(random);
      int k = 1 + random.nextInt(12);
      int[] cuts = {random.nextInt(scores.length), random.nextInt(scores.length)};
      Arrays.sort(cuts);
      int[][] parts = {{0, cuts[0]}, {cuts[0], cuts[1]}, {cuts[1], scores.length}};
      int first = random.nextInt(3);
      rank(best, k, scores, parts[first][0], parts[first][1]);
      for (int i = 1; i < 3; i++) {
        int[] part = parts[(first + i) % 3];
        rank(other, k, scores, part[0], part[1]);
        best.merge(other);
      }
      assertBest(scores, k, best, "seed " + SEED + ", trial " + trial);
    }
  }

  @Test
  void infinitelyBadAndNaNDoNotEnter() {
    TopK best = new TopK(0);
    float[] scores = {Float.NaN, Float.NEGATIVE_INFINITY, 1, Float.NaN, Float.POSITIVE_INFINITY};
    rank(best, 5, scores, 0, 5);
    assertEquals("[items=[4, 2], scores=[Infinity, 1.0]]", best.toString());
  }
}
