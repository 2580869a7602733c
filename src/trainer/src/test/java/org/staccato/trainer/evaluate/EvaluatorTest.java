package org.staccato.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

class EvaluatorTest {
  /** Scores that depend on all items observed, in their order. */
  private interface Scoring {
    float score(List<Integer> observed, int item);
  }

  private static NextItemModel model(int items, Scoring scoring) {
    return new NextItemModel() {
      @Override
      public String name() {
        return "test model";
      }

      @Override
      public int items() {
        return items;
      }

      @Override
      public Session newSession() {
        List<Integer> observed = new ArrayList<>();
        return new Session() {
          @Override
          public void reset() {
            observed.clear();
          }

          @Override
          public void observe(int item) {
            observed.add(item);
          }

          @Override
          public void scores(float[] scores) {
            for (int item = 0; item < items; item++) {
              scores[item] = scoring.score(observed, item);
            }
          }
        };
      }
    };
  }

  private static ListMeasures lists(double coverage) {
    OptionalDouble unknown = OptionalDouble.empty();
    return new ListMeasures(coverage, 0, unknown, unknown, unknown);
  }

  private static EvaluationResult.Metrics measure(
      Scoring scoring, int cutoff, boolean excludeSeen, Sequences sequences) {
    return new Evaluator(new int[] {cutoff}, 1)
        .evaluate(
            model(sequences.items(), scoring), EvaluationCases.everyPrefix(sequences, excludeSeen))
        .at(cutoff);
  }

  @Test
  void metricsFollowTheirFormulas() {
    // Item 3 is always first, item 0 last; the targets 1 and 3 have the ranks 3 and 1.
    EvaluationResult.Metrics metrics =
        measure((observed, item) -> item, 3, false, Sequences.of(4, new int[] {0, 1, 3}));
    assertEquals(1, metrics.hitRate());
    assertEquals((1 + 1.0 / 3) / 2, metrics.mrr(), 1e-15);
    assertEquals((1 + 1 / 2.0) / 2, metrics.ndcg(), 1e-15); // log₂ 4 = 2
    assertEquals(3 / 4.0, metrics.lists().coverage());
  }

  @Test
  void targetsBelowTheCutoffGainNothing() {
    EvaluationResult.Metrics metrics =
        measure((observed, item) -> item, 2, false, Sequences.of(4, new int[] {0, 1, 3}));
    assertEquals(0.5, metrics.hitRate());
    assertEquals(0.5, metrics.mrr());
    assertEquals(0.5, metrics.ndcg());
  }

  @Test
  void tiesAndScoresThatAreNotNumbersCountAgainstTheModel() {
    Sequences sequences = Sequences.of(5, new int[] {0, 1});
    assertEquals(0, measure((observed, item) -> 7, 4, false, sequences).hitRate());
    assertEquals(1, measure((observed, item) -> 7, 5, false, sequences).hitRate());
    assertEquals(0, measure((observed, item) -> Float.NaN, 4, false, sequences).hitRate());
    assertEquals(
        0, measure((observed, item) -> item == 1 ? 1 : Float.NaN, 4, false, sequences).hitRate());
    assertEquals(
        1, measure((observed, item) -> item == 1 ? 1 : Float.NaN, 5, false, sequences).hitRate());
  }

  @Test
  void seenItemsAreNotRankedButTheTargetAlwaysIs() {
    // The model prefers items that it has seen. Of the targets 1, 0, 2, it has seen the second.
    Scoring scoring = (observed, item) -> observed.contains(item) ? 9 : -item;
    Sequences sequences = Sequences.of(3, new int[] {0, 1, 0, 2});
    assertEquals(2.0 / 3, measure(scoring, 2, false, sequences).hitRate(), 1e-15);
    EvaluationResult.Metrics without = measure(scoring, 1, true, sequences);
    assertEquals(1, without.hitRate());
    assertEquals(1, without.lists().coverage());
  }

  @Test
  void cutoffsMayExceedTheCatalogue() {
    EvaluationResult.Metrics metrics =
        measure((observed, item) -> item, 1000, false, Sequences.of(1, new int[] {0, 0}));
    assertEquals(new EvaluationResult.Metrics(1000, 1, 1, 1, lists(1)), metrics);
  }

  @Test
  void withoutCasesAllIsZero() {
    EvaluationResult.Metrics metrics =
        measure((observed, item) -> item, 10, false, Sequences.of(3, new int[] {2}));
    assertEquals(new EvaluationResult.Metrics(10, 0, 0, 0, lists(0)), metrics);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 101})
  void agreesWithSortingForAnyNumberOfThreads(int items) {
    long seed = RandomSeed.of(11L * items);
    Random random = new Random(seed);
    for (boolean excludeSeen : new boolean[] {false, true}) {
      int[][] arrays = new int[53][];
      int[] firstTargets = new int[arrays.length];
      for (int i = 0; i < arrays.length; i++) {
        arrays[i] = random.ints(1 + random.nextInt(20), 0, items).toArray();
        firstTargets[i] = 1 + random.nextInt(10);
      }
      Sequences sequences = Sequences.of(items, arrays);
      EvaluationCases cases = new EvaluationCases(sequences, firstTargets, excludeSeen);
      // Few distinct scores, so that there are ties.
      Scoring scoring = (observed, item) -> (observed.hashCode() * 31 + item * 17) % 7;
      int[] cutoffs = {10, 1, 5};
      EvaluationResult one = new Evaluator(cutoffs, 1).evaluate(model(items, scoring), cases);
      EvaluationResult four = new Evaluator(cutoffs, 4).evaluate(model(items, scoring), cases);
      assertEquals(one, four, "seed " + seed);
      for (int cutoff : cutoffs) {
        assertMatches(bySorting(scoring, cases, cutoff), one.at(cutoff), "seed " + seed);
      }
    }
  }

  private static void assertMatches(
      EvaluationResult.Metrics expected, EvaluationResult.Metrics found, String where) {
    assertEquals(expected.hitRate(), found.hitRate(), 1e-12, where);
    assertEquals(expected.mrr(), found.mrr(), 1e-12, where);
    assertEquals(expected.ndcg(), found.ndcg(), 1e-12, where);
    assertEquals(expected.lists().coverage(), found.lists().coverage(), 1e-12, where);
  }

  private static EvaluationResult.Metrics bySorting(
      Scoring scoring, EvaluationCases cases, int cutoff) {
    double hits = 0;
    double reciprocal = 0;
    double discounted = 0;
    TreeSet<Integer> recommended = new TreeSet<>();
    Sequences sequences = cases.sequences();
    for (int sequence = 0; sequence < sequences.count(); sequence++) {
      List<Integer> all = Arrays.stream(sequences.toArray(sequence)).boxed().toList();
      for (int at = cases.firstTarget(sequence); at < all.size(); at++) {
        List<Integer> prefix = all.subList(0, at);
        int target = all.get(at);
        List<Integer> eligible = new ArrayList<>();
        for (int item = 0; item < sequences.items(); item++) {
          if (item == target || !cases.excludeSeen() || !prefix.contains(item)) {
            eligible.add(item);
          }
        }
        eligible.sort((a, b) -> Float.compare(scoring.score(prefix, b), scoring.score(prefix, a)));
        recommended.addAll(eligible.subList(0, Math.min(cutoff, eligible.size())));
        float targetScore = scoring.score(prefix, target);
        long rank =
            eligible.stream().filter(item -> scoring.score(prefix, item) >= targetScore).count();
        hits += rank <= cutoff ? 1 : 0;
        reciprocal += rank <= cutoff ? 1.0 / rank : 0;
        discounted += rank <= cutoff ? Math.log(2) / Math.log(rank + 1.0) : 0;
      }
    }
    double divisor = Math.max(1, cases.cases());
    return new EvaluationResult.Metrics(
        cutoff,
        hits / divisor,
        reciprocal / divisor,
        discounted / divisor,
        lists((double) recommended.size() / sequences.items()));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(IllegalArgumentException.class, () -> new Evaluator(new int[] {}, 1));
    assertThrows(IllegalArgumentException.class, () -> new Evaluator(new int[] {5, 0}, 1));
    assertThrows(IllegalArgumentException.class, () -> new Evaluator(new int[] {5}, 0));
    EvaluationCases cases = EvaluationCases.everyPrefix(Sequences.of(3, new int[] {0, 1}), false);
    Evaluator evaluator = new Evaluator(new int[] {5}, 1);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> evaluator.evaluate(model(2, (observed, item) -> 0), cases));
    assertEquals("catalogue of test model: found 2 items, expected 3", e.getMessage());
    EvaluationResult result = evaluator.evaluate(model(3, (observed, item) -> 0), cases);
    assertThrows(IllegalArgumentException.class, () -> result.at(6));
  }

  @Test
  void whatAModelThrowsReachesTheCaller() {
    EvaluationCases cases = EvaluationCases.everyPrefix(Sequences.of(3, new int[] {0, 1}), false);
    NextItemModel broken =
        model(
            3,
            (observed, item) -> {
              throw new IllegalStateException("broken");
            });
    for (int threads : new int[] {1, 3}) {
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () -> new Evaluator(new int[] {5}, threads).evaluate(broken, cases));
      assertEquals("broken", e.getMessage());
    }
  }
}
