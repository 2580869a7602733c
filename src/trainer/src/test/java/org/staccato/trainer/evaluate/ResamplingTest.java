package org.staccato.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

class ResamplingTest {
  private static final Metric HR = Metric.of("hr@10");

  /** One case in each sequence. */
  private static CaseRanks ranks(int... ranks) {
    int[][] sequences = new int[ranks.length][];
    Arrays.fill(sequences, new int[] {0, 0});
    return fill(cases(Sequences.of(1, sequences)), ranks);
  }

  private static EvaluationCases cases(Sequences sequences) {
    return EvaluationCases.everyPrefix(sequences, false);
  }

  private static CaseRanks fill(EvaluationCases cases, int... ranks) {
    CaseRanks filled = new CaseRanks(cases);
    for (int i = 0; i < ranks.length; i++) {
      filled.set(i, ranks[i]);
    }
    return filled;
  }

  private static int[] alternating(int count, int first, int second) {
    int[] ranks = new int[count];
    Arrays.setAll(ranks, i -> i % 2 == 0 ? first : second);
    return ranks;
  }

  @Test
  void anIntervalHasTheWidthOfTheNormalApproximation() {
    // The share of 10,000 cases of which half hit has the standard error √(0.25/10000) = 0.005:
    // 95 % lie within ±1.96 · 0.005 = ±0.0098 of 0.5.
    Interval interval =
        new Resampling(4000, 0.95, 7).interval(ranks(alternating(10_000, 1, 0)), HR);
    // An end is a quantile of 4,000 resamples; its own standard error is
    // √(0.025·0.975/4000)/φ(1.96) = 0.0025/0.0584 = 0.043 standard errors, thus 0.0002; four of it.
    assertEquals(0.5 - 0.0098, interval.low(), 0.0009);
    assertEquals(0.5 + 0.0098, interval.high(), 0.0009);
  }

  @Test
  void casesOfOneSequenceAreDrawnTogether() {
    // 100 sequences of 100 cases, hit in every case or in none: as uncertain as 100 cases, with
    // the standard error √(0.25/100) = 0.05.
    int[][] sequences = new int[100][101];
    EvaluationCases cases = cases(Sequences.of(1, sequences));
    int[] ranks = new int[10_000];
    Arrays.setAll(ranks, i -> i / 100 % 2);
    Interval interval = new Resampling(4000, 0.95, 7).interval(fill(cases, ranks), HR);
    assertEquals(0.098, (interval.high() - interval.low()) / 2, 0.011); // Steps of 0.01.
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    CaseRanks ranks = ranks(3, 1, 0, 7, 2, 0, 0, 9, 4);
    Metric mrr = Metric.of("mrr@10");
    assertEquals(
        new Resampling(500, 0.9, 3).interval(ranks, mrr),
        new Resampling(500, 0.9, 3).interval(ranks, mrr));
  }

  @Test
  void equalGainsHaveNoWidthAndNoCasesGiveZero() {
    assertEquals(new Interval(1, 1), Resampling.usual().interval(ranks(1, 1, 1), HR));
    assertEquals(new Interval(0, 0), Resampling.usual().interval(CaseRanks.none(), HR));
    CaseRanks withoutCase = new CaseRanks(cases(Sequences.of(1, new int[] {0})));
    assertEquals(new Interval(0, 0), Resampling.usual().interval(withoutCase, HR));
  }

  @Test
  void theTestCountsSignPatterns() {
    // The second model hits all of five cases that the first misses. Of the 2⁵ sign patterns, two
    // have a sum as large: all plus, all minus. So p = 2/32.
    PairedComparison comparison =
        new Resampling(20_000, 0.95, 5)
            .compare(ranks(0, 0, 0, 0, 0, 4), ranks(1, 1, 1, 1, 1, 4), HR);
    assertEquals(5 / 6.0, comparison.difference(), 1e-12);
    assertEquals(5, comparison.differing());
    // Four standard errors of a share of 20,000 rounds: 4·√(0.0625·0.9375/20000) = 0.0068.
    assertEquals(2 / 32.0, comparison.probability(), 0.0068);
    assertTrue(comparison.interval().low() > 0);
  }

  @Test
  void differencesThatCancelEachOtherMeanNothing() {
    PairedComparison comparison =
        Resampling.usual().compare(ranks(0, 1, 0, 1), ranks(1, 0, 1, 0), HR);
    assertEquals(0, comparison.difference());
    assertEquals(1, comparison.probability());
  }

  @Test
  void aModelDoesNotDifferFromItself() {
    CaseRanks ranks = ranks(1, 0, 5);
    PairedComparison comparison = Resampling.usual().compare(ranks, ranks, HR);
    assertEquals(1, comparison.probability());
    assertEquals(0, comparison.differing());
    assertEquals(new Interval(0, 0), comparison.interval());
  }

  @Test
  void otherCasesAndOptionsOutOfRangeAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Resampling.usual().compare(ranks(1), ranks(1, 1), HR));
    assertThrows(IllegalArgumentException.class, () -> new Resampling(99, 0.95, 1));
    assertThrows(IllegalArgumentException.class, () -> new Resampling(100, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Resampling(100, Double.NaN, 1));
  }

  @Test
  void slicesByHistoryCountTheEventsBeforeTheTarget() {
    EvaluationCases cases = cases(Sequences.of(1, new int[7], new int[2]));
    // Targets after 1 to 6 events, and after 1: five in the first slice, two in the second.
    CaseRanks ranks = fill(cases, 1, 0, 0, 0, 2, 1, 1);
    var slices = Slice.byHistory(ranks, cases, 10);
    assertEquals(5, slices.get(0).cases());
    assertEquals(2 / 5.0, slices.get(0).hitRate(), 1e-12);
    assertEquals(2, slices.get(1).cases());
    assertEquals(1, slices.get(1).hitRate(), 1e-12);
    assertEquals((1 / 2.0 + 1) / 2, slices.get(1).mrr(), 1e-12);
    assertEquals(0, slices.get(2).cases());
    assertEquals(7, slices.stream().mapToInt(Slice::cases).sum());
  }

  @Test
  void slicesByPopularityHoldAQuarterOfTheEventsEach() {
    // Events 4, 2, 1, 1 and none: item 0 begins at 0 of 8, item 1 at 4, item 2 at 6, item 3 at 7.
    Sequences train = Sequences.of(5, new int[] {0, 0, 0, 0, 1, 1, 2, 3});
    EvaluationCases cases = cases(Sequences.of(5, new int[] {0, 0, 1, 2, 3, 4}));
    CaseRanks ranks = fill(cases, 1, 2, 3, 4, 0);
    var slices = Slice.byPopularity(ranks, cases, new ItemCounts(train), 3);
    assertEquals("[1, 0, 1, 2, 1]", slices.stream().map(Slice::cases).toList().toString());
    assertEquals(1 / 2.0, slices.get(2).mrr(), 1e-12);
    assertEquals(1 / 2.0, slices.get(3).hitRate(), 1e-12); // Ranks 3 and 4, of which one counts.
    assertEquals(0, slices.get(4).hitRate());
  }

  @Test
  void slicesOfOtherCasesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Slice.byHistory(ranks(1), cases(Sequences.of(1, new int[5])), 10));
  }
}
