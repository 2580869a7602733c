package org.staccato.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntBinaryOperator;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

/**
 * The metrics of a part of the cases; all are 0 where the part has none.
 *
 * @param name the part
 * @param cases the number of its cases
 * @param hitRate the hit rate
 * @param mrr the mean reciprocal rank
 * @param ndcg the normalised discounted cumulative gain
 */
public record Slice(String name, int cases, double hitRate, double mrr, double ndcg) {
  /** The largest number of earlier events in each slice but the last. */
  private static final int[] HISTORIES = {4, 9, 19, 49, 99};

  private static final List<String> HISTORY_NAMES =
      List.of(
          "1 to 4 earlier events",
          "5 to 9 earlier events",
          "10 to 19 earlier events",
          "20 to 49 earlier events",
          "50 to 99 earlier events",
          "100 earlier events and more");

  private static final int QUARTERS = 4;

  private static final List<String> POPULARITY_NAMES =
      List.of(
          "targets of the first quarter of training events",
          "targets of the second quarter",
          "targets of the third quarter",
          "targets of the last quarter",
          "targets without a training event");

  /**
   * {@return slices by the number of events before the target}
   *
   * @param ranks the ranks of a model, measured at the cutoff or a larger one
   * @param cases the cases that were ranked
   * @param cutoff the length of the list of recommendations
   * @throws IllegalArgumentException if the ranks are not those of the cases
   */
  public static List<Slice> byHistory(CaseRanks ranks, EvaluationCases cases, int cutoff) {
    return slices(
        ranks,
        cases,
        cutoff,
        HISTORY_NAMES,
        (position, target) -> {
          int slice = 0;
          while (slice < HISTORIES.length && position > HISTORIES[slice]) {
            slice++;
          }
          return slice;
        });
  }

  /**
   * {@return slices by the popularity of the target. Items in descending order of their training
   * events are cut where a quarter, a half and three quarters of all these events are reached; an
   * item belongs to the quarter in which its first event lies. Cold targets, which have none, are
   * the last slice}
   *
   * @param ranks the ranks of a model, measured at the cutoff or a larger one
   * @param cases the cases that were ranked
   * @param train the training events of each item
   * @param cutoff the length of the list of recommendations
   * @throws IllegalArgumentException if the ranks are not those of the cases
   */
  public static List<Slice> byPopularity(
      CaseRanks ranks, EvaluationCases cases, ItemCounts train, int cutoff) {
    Integer[] order = new Integer[train.items()];
    Arrays.setAll(order, item -> item);
    Arrays.sort(order, Comparator.comparingInt(item -> -train.of(item)));
    int[] sliceOf = new int[train.items()];
    long before = 0;
    for (int item : order) {
      sliceOf[item] = train.isCold(item) ? QUARTERS : (int) (before * QUARTERS / train.events());
      before += train.of(item);
    }
    return slices(ranks, cases, cutoff, POPULARITY_NAMES, (position, target) -> sliceOf[target]);
  }

  /**
   * {@return two slices: cases with a cold target, which has no training event, and all others}
   *
   * @param ranks the ranks of a model, measured at the cutoff or a larger one
   * @param cases the cases that were ranked
   * @param train the training events of each item
   * @param cutoff the length of the list of recommendations
   * @throws IllegalArgumentException if the ranks are not those of the cases
   */
  public static List<Slice> byTemperature(
      CaseRanks ranks, EvaluationCases cases, ItemCounts train, int cutoff) {
    return slices(
        ranks,
        cases,
        cutoff,
        List.of("cold targets", "warm targets"),
        (position, target) -> train.isCold(target) ? 0 : 1);
  }

  private static List<Slice> slices(
      CaseRanks ranks,
      EvaluationCases cases,
      int cutoff,
      List<String> names,
      IntBinaryOperator sliceOf) {
    if (!ranks.isOverTheCasesOf(new CaseRanks(cases))) {
      throw new IllegalArgumentException(
          "ranks: found " + ranks + ", expected those of " + cases.cases() + " cases");
    }
    List<Metric> metrics =
        Arrays.stream(Metric.Kind.values()).map(kind -> new Metric(kind, cutoff)).toList();
    int[] counts = new int[names.size()];
    double[][] gains = new double[names.size()][metrics.size()];
    Sequences sequences = cases.sequences();
    for (int sequence = 0; sequence < sequences.count(); sequence++) {
      int next = ranks.firstCase(sequence);
      for (int at = cases.firstTarget(sequence); at < sequences.length(sequence); at++) {
        int slice = sliceOf.applyAsInt(at, sequences.item(sequence, at));
        int rank = ranks.rank(next++);
        counts[slice]++;
        for (int i = 0; i < metrics.size(); i++) {
          gains[slice][i] += metrics.get(i).gain(rank);
        }
      }
    }
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      double divisor = Math.max(1, counts[i]);
      double[] sums = gains[i];
      slices.add(
          new Slice(
              names.get(i), counts[i], sums[0] / divisor, sums[1] / divisor, sums[2] / divisor));
    }
    return slices;
  }
}
