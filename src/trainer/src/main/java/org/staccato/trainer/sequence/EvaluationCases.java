package org.staccato.trainer.sequence;

import java.util.Arrays;

/**
 * The targets of an evaluation: in each sequence, the items at all positions from {@link
 * #firstTarget}, each given all items before it.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class EvaluationCases {
  private final Sequences sequences;
  private final int[] firstTargets;
  private final boolean excludeSeen;
  private final long cases;

  /**
   * Creates cases.
   *
   * @param sequences the sequences, which include the targets and all events before them
   * @param firstTargets for each sequence the position of its first target, at least 1; copied
   * @param excludeSeen whether items of the prefix are left out of the ranking, for example because
   *     few people watch a film twice; the target itself is always ranked
   * @throws IllegalArgumentException if the number of first targets is not that of the sequences,
   *     or a first target is below 1
   */
  public EvaluationCases(Sequences sequences, int[] firstTargets, boolean excludeSeen) {
    if (firstTargets.length != sequences.count()) {
      throw new IllegalArgumentException(
          "first targets: found " + firstTargets.length + ", expected " + sequences.count());
    }
    long sum = 0;
    for (int i = 0; i < firstTargets.length; i++) {
      if (firstTargets[i] < 1) {
        throw new IllegalArgumentException(
            "first target of sequence " + i + ": found " + firstTargets[i] + ", expected >= 1");
      }
      sum += Math.max(0, sequences.length(i) - firstTargets[i]);
    }
    this.sequences = sequences;
    this.firstTargets = firstTargets.clone();
    this.excludeSeen = excludeSeen;
    this.cases = sum;
  }

  /**
   * {@return cases at all positions of every sequence except the first}
   *
   * @param sequences the sequences
   * @param excludeSeen whether items of the prefix are left out of the ranking
   */
  public static EvaluationCases everyPrefix(Sequences sequences, boolean excludeSeen) {
    int[] firstTargets = new int[sequences.count()];
    Arrays.fill(firstTargets, 1);
    return new EvaluationCases(sequences, firstTargets, excludeSeen);
  }

  /** {@return the sequences, which include the targets and all events before them} */
  public Sequences sequences() {
    return sequences;
  }

  /**
   * {@return the position of the first item to predict, at least 1; a sequence no longer than this
   * has no case}
   *
   * @param sequence the sequence, from 0 to {@code sequences().count() - 1}
   */
  public int firstTarget(int sequence) {
    return firstTargets[sequence];
  }

  /** {@return whether items of the prefix, other than the target, are left out of the ranking} */
  public boolean excludeSeen() {
    return excludeSeen;
  }

  /** {@return the number of cases} */
  public long cases() {
    return cases;
  }
}
