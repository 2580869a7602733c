package org.staccato.trainer.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

class BaselinesTest {
  private static float[] scores(NextItemModel model, int... observed) {
    NextItemModel.Session session = model.newSession();
    for (int item : observed) {
      session.observe(item);
    }
    float[] scores = new float[model.items()];
    session.scores(scores);
    return scores;
  }

  /** All items, the best first; equal scores by index. */
  private static int[] ranking(NextItemModel model, int... observed) {
    float[] scores = scores(model, observed);
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(item -> -scores[item]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Test
  void popularityCountsTrainingEvents() {
    Popularity popularity = new Popularity(Sequences.of(4, new int[] {2, 0, 2}, new int[] {1, 2}));
    assertArrayEquals(new float[] {1, 1, 3, 0}, popularity.counts());
    assertArrayEquals(new float[] {1, 1, 3, 0}, scores(popularity, 3));
  }

  @Test
  void markovRanksSuccessorsByCountThenByPopularityThenAllOthersByPopularity() {
    Sequences train =
        Sequences.of(
            6,
            new int[] {0, 1},
            new int[] {0, 1},
            new int[] {0, 2},
            new int[] {0, 3},
            new int[] {3},
            new int[] {4, 4, 4, 4, 4});
    MarkovChain markov = new MarkovChain(train);
    assertArrayEquals(new int[] {1, 3, 2, 4, 0, 5}, ranking(markov, 5, 0));
    assertArrayEquals(ranking(new Popularity(train)), ranking(markov, 5));
  }

  @Test
  void markovDoesNotCrossSequences() {
    MarkovChain markov = new MarkovChain(Sequences.of(3, new int[] {0}, new int[] {1, 2, 2}));
    assertEquals(2, ranking(markov, 0)[0]); // By popularity, not 1.
  }

  @Test
  void rulesWeighByDistanceAndReachAsFarAsTheWindow() {
    Sequences train = Sequences.of(5, new int[] {0, 1, 2, 3}, new int[] {4, 4, 4});
    // From 0: item 1 has weight 1, 2 has 1/2; 3 lies beyond a window of two.
    assertArrayEquals(new int[] {1, 2, 4, 0, 3}, ranking(new SequentialRules(train, 2), 0));
    assertArrayEquals(new int[] {1, 2, 3, 4, 0}, ranking(new SequentialRules(train, 3), 0));
  }

  @Test
  void equalSumsOfFractionsTie() {
    // From 0 to 1: 1/2; from 0 to 2: 1/3 + 1/6. In floats the sum would not equal one half.
    Sequences train =
        Sequences.of(
            4,
            new int[] {0, 3, 1},
            new int[] {0, 3, 3, 2, 3, 3},
            new int[] {0, 3, 3, 3, 3, 3, 2},
            new int[] {1});
    float[] scores = scores(new SequentialRules(train, 6), 0);
    assertEquals(scores[1], scores[2]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 20})
  void agreesWithADenseMatrix(int window) {
    long seed = RandomSeed.of(window);
    Random random = new Random(seed);
    int items = 37;
    int[][] arrays = new int[97][];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = random.ints(random.nextInt(40), 0, items).toArray();
    }
    Sequences train = Sequences.of(items, arrays);
    double[][] weights = new double[items][items];
    double[] popularity = new double[items];
    for (int[] array : arrays) {
      for (int i = 0; i < array.length; i++) {
        popularity[array[i]]++;
        for (int distance = 1; distance <= Math.min(window, i); distance++) {
          weights[array[i - distance]][array[i]] += 232_792_560.0 / distance; // Exact.
        }
      }
    }
    SequentialRules rules = new SequentialRules(train, window);
    for (int last = 0; last < items; last++) {
      double[] row = weights[last];
      int[] expected =
          IntStream.range(0, items)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingDouble(item -> -row[item])
                      .thenComparingDouble(item -> -popularity[item]))
              .mapToInt(Integer::intValue)
              .toArray();
      assertArrayEquals(expected, ranking(rules, last), "seed " + seed + ", item " + last);
    }
  }

  @Test
  void aResetForgets() {
    Sequences train = Sequences.of(3, new int[] {0, 1}, new int[] {2, 2, 2});
    NextItemModel.Session session = new MarkovChain(train).newSession();
    session.observe(0);
    session.reset();
    float[] scores = new float[3];
    session.scores(scores);
    assertEquals(
        2,
        IntStream.range(0, 3).boxed().max(Comparator.comparingDouble(i -> scores[i])).orElse(-1));
  }

  @Test
  void oneItemAndEmptySequencesWork() {
    for (Baseline each : Baseline.values()) {
      NextItemModel model = each.learn(Sequences.of(1, new int[] {0}, new int[] {}));
      assertEquals(1, scores(model, 0).length, model.name());
      assertEquals(1, scores(each.learn(Sequences.of(1))).length, model.name());
      assertEquals(each, Baseline.of(each.label()));
    }
  }

  @Test
  void namesThatAreNoBaselineAreRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Baseline.of("knn"));
    assertEquals(
        "baseline: found 'knn', expected one of popularity, markov, rules, item-knn, vmis-knn",
        e.getMessage());
  }

  @Test
  void windowsOutOfRangeAreRefused() {
    for (int window : new int[] {0, 21}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new SequentialRules(Sequences.of(1), window),
          Arrays.toString(new int[] {window}));
    }
  }
}
