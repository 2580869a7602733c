package org.staccato.trainer.evaluate;

import java.util.Arrays;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

/**
 * The rank of the target of every case, sequence after sequence and in the order of the targets:
 * four bytes a case, from which means, slices, intervals and comparisons are computed.
 *
 * <p>Immutable after the evaluation, and safe to share between threads.
 */
public final class CaseRanks {
  private final int[] ranks;
  private final int[] firstCases;

  /** Starts without ranks; the evaluation fills the array. */
  CaseRanks(EvaluationCases cases) {
    Sequences sequences = cases.sequences();
    firstCases = new int[sequences.count() + 1];
    for (int i = 0; i < sequences.count(); i++) {
      int targets = Math.max(0, sequences.length(i) - cases.firstTarget(i));
      firstCases[i + 1] = Math.addExact(firstCases[i], targets);
    }
    ranks = new int[firstCases[sequences.count()]];
  }

  private CaseRanks(int[] ranks, int[] firstCases) {
    this.ranks = ranks;
    this.firstCases = firstCases;
  }

  /** {@return the ranks of no case} */
  public static CaseRanks none() {
    return new CaseRanks(new int[0], new int[1]);
  }

  /** {@return the number of cases} */
  public int count() {
    return ranks.length;
  }

  /** {@return the number of sequences, those without a case included} */
  public int sequences() {
    return firstCases.length - 1;
  }

  /**
   * {@return the number of the first case of a sequence}
   *
   * @param sequence the sequence, or {@link #sequences()} for the end of the last one
   */
  public int firstCase(int sequence) {
    return firstCases[sequence];
  }

  /**
   * {@return the rank of a case's target, 1 for the best, or 0 if it is beyond the largest cutoff}
   *
   * @param index the case, from 0 to {@code count() - 1}
   */
  public int rank(int index) {
    return ranks[index];
  }

  void set(int index, int rank) {
    ranks[index] = rank;
  }

  /** {@return whether both have the same number of cases in each sequence} */
  boolean isOverTheCasesOf(CaseRanks other) {
    return Arrays.equals(firstCases, other.firstCases);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CaseRanks that
        && Arrays.equals(ranks, that.ranks)
        && Arrays.equals(firstCases, that.firstCases);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ranks) + Arrays.hashCode(firstCases);
  }

  @Override
  public String toString() {
    return "the ranks of " + ranks.length + " cases in " + sequences() + " sequences";
  }
}
