package org.staccato.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.model.FloatMatrix;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

class ListMeasuresTest {
  private static final double ROUNDING = 1e-12;

  private static ListMeasures measures(
      int items,
      int cutoff,
      @Nullable Sequences train,
      @Nullable ItemVectors vectors,
      int[]... lists) {
    RecommendedLists all = new RecommendedLists(items, cutoff, vectors);
    for (int[] list : lists) {
      all.add(list, list.length);
    }
    return all.measures(train == null ? null : new ItemCounts(train));
  }

  @Test
  void giniIsZeroForEqualSharesAndNearlyOneForASingleItem() {
    assertEquals(0, measures(3, 1, null, null, new int[] {0}, new int[] {1}, new int[] {2}).gini());
    // One of four items takes all: (4 − 1)/4.
    assertEquals(0.75, measures(4, 1, null, null, new int[] {2}, new int[] {2}).gini(), ROUNDING);
  }

  @Test
  void giniOfUnequalShares() {
    // Recommendations 0, 1, 3 in ascending order: Σ(2i − n − 1)·x = −2·0 + 0·1 + 2·3 = 6, and
    // n·Σx = 3·4 = 12.
    ListMeasures measures =
        measures(3, 2, null, null, new int[] {0, 1}, new int[] {0}, new int[] {0});
    assertEquals(6.0 / 12, measures.gini(), ROUNDING);
    assertEquals(2.0 / 3, measures.coverage(), ROUNDING);
  }

  @Test
  void noveltyIsTheMeanSurpriseAndCountsAColdItemAsOneEvent() {
    // Eight events: item 0 has 4 (1 bit), item 1 has 2 (2 bits), item 2 has 2; item 3 is cold and
    // counts as 1 event (3 bits).
    Sequences train = Sequences.of(4, new int[] {0, 0, 0, 0, 1, 1, 2, 2});
    ListMeasures measures = measures(4, 2, train, null, new int[] {0, 1}, new int[] {0, 3});
    assertEquals((1 + 2 + 1 + 3) / 4.0, measures.novelty().orElseThrow(), ROUNDING);
    assertEquals(1 / 4.0, measures.coldShare().orElseThrow(), ROUNDING);
  }

  @Test
  void diversityIsTheMeanDistanceOfPairs() {
    // Items 0 and 1 point the same way, 2 at a right angle to them, 3 the other way; 4 is zero.
    ItemVectors vectors =
        new ItemVectors(FloatMatrix.of(new float[] {1, 0, 5, 0, 0, 2, -3, 0, 0, 0}, 2));
    assertEquals(0, diversity(vectors, new int[] {0, 1}), 1e-9);
    assertEquals(1, diversity(vectors, new int[] {0, 2}), 1e-9);
    assertEquals(2, diversity(vectors, new int[] {0, 3}), 1e-9);
    assertEquals(1, diversity(vectors, new int[] {0, 4}), 1e-9);
    // Pairs 0-1: 0, 0-2: 1, 1-2: 1.
    assertEquals(2 / 3.0, diversity(vectors, new int[] {0, 1, 2}), 1e-9);
  }

  private static double diversity(ItemVectors vectors, int[] list) {
    return measures(5, 10, null, vectors, list).diversity().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 31})
  void diversityAgreesWithAllPairs(int width) {
    long seed = RandomSeed.of(width);
    Random random = new Random(seed);
    float[] rows = new float[7 * width];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    double sum = 0;
    for (int a = 0; a < 7; a++) {
      for (int b = 0; b < a; b++) {
        double product = 0;
        double lengthA = 0;
        double lengthB = 0;
        for (int i = 0; i < width; i++) {
          product += (double) rows[a * width + i] * rows[b * width + i];
          lengthA += Math.pow(rows[a * width + i], 2);
          lengthB += Math.pow(rows[b * width + i], 2);
        }
        sum += 1 - product / Math.sqrt(lengthA * lengthB);
      }
    }
    ListMeasures measures =
        measures(
            7,
            7,
            null,
            new ItemVectors(FloatMatrix.of(rows, width)),
            new int[] {0, 1, 2, 3, 4, 5, 6});
    // Each element of a unit vector is rounded to a float.
    assertEquals(
        sum / 21,
        measures.diversity().orElseThrow(),
        7 * Math.sqrt(width) * 0x1p-23,
        "seed " + seed);
  }

  @Test
  void whatIsNotKnownIsNotMeasured() {
    ListMeasures measures = measures(3, 2, null, null, new int[] {0, 1});
    assertTrue(measures.novelty().isEmpty());
    assertTrue(measures.diversity().isEmpty());
    assertTrue(measures.coldShare().isEmpty());
    ListMeasures known =
        new ListMeasures(
            1, 0.25, OptionalDouble.of(3), OptionalDouble.empty(), OptionalDouble.of(0.5));
    assertEquals(OptionalDouble.empty(), known.minus(measures).novelty());
    assertEquals(OptionalDouble.of(0), known.minus(known).novelty());
  }

  @Test
  void evaluationDoesNotDependOnTheNumberOfThreads() {
    long seed = RandomSeed.of(5);
    Random random = new Random(seed);
    int items = 61;
    int[][] arrays = new int[97][];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = random.ints(2 + random.nextInt(9), 0, items).toArray();
    }
    float[] rows = new float[items * 5];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextFloat() - 0.5f;
    }
    Sequences sequences = Sequences.of(items, List.of(arrays));
    EvaluationCases cases = EvaluationCases.everyPrefix(sequences, true);
    NextItemModel model = new FixedScores(items);
    EvaluationResult one = evaluator(1, sequences, rows).evaluate(model, cases);
    assertEquals(one, evaluator(3, sequences, rows).evaluate(model, cases), "seed " + seed);
    assertTrue(one.at(5).lists().diversity().isPresent());
    assertEquals(one.at(5).hitRate() / 5, one.at(5).precision());
    assertEquals(one.at(5).mrr(), one.at(5).map());
  }

  private static Evaluator evaluator(int threads, Sequences train, float[] rows) {
    return new Evaluator(new int[] {5, 10}, threads)
        .withTraining(new ItemCounts(train))
        .withVectors(new ItemVectors(FloatMatrix.of(rows, 5)));
  }

  @Test
  void vectorsAndCountsOfAnotherCatalogueAreRefused() {
    EvaluationCases cases = EvaluationCases.everyPrefix(Sequences.of(3, new int[] {0, 1}), false);
    Evaluator evaluator = new Evaluator(new int[] {5}, 1);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                evaluator
                    .withTraining(new ItemCounts(Sequences.of(4)))
                    .evaluate(new FixedScores(3), cases));
    assertEquals("catalogue of the training counts: found 4 items, expected 3", e.getMessage());
    ItemVectors vectors = new ItemVectors(FloatMatrix.of(new float[] {1, 1}, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> evaluator.withVectors(vectors).evaluate(new FixedScores(3), cases));
  }

  /** Scores items in an order that is neither that of the indices nor its reverse. */
  private record FixedScores(int items) implements NextItemModel {
    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public Session newSession() {
      return new Session() {
        private int last;

        @Override
        public void reset() {
          last = 0;
        }

        @Override
        public void observe(int item) {
          last = item;
        }

        @Override
        public void scores(float[] scores) {
          for (int item = 0; item < items; item++) {
            scores[item] = (item * 17 + last * 31) % 59;
          }
        }
      };
    }
  }
}
