package org.staccato.load.scenario;

/**
 * Counts answers by the version that gave them. An answer belongs to a version if it has the same
 * bits as that version's answer to the same question before the load. Confined to one thread.
 */
public final class AnswerCounts {
  private final long[] byVersion = new long[2];
  private long foreign;

  /** Creates counts that are all 0. */
  public AnswerCounts() {}

  /**
   * Counts an answer.
   *
   * @param version the version that the request acquired, 0 or 1
   * @param expected the fingerprint of that version's answer
   * @param found the fingerprint of the answer
   */
  public void count(int version, long expected, long found) {
    if (found == expected) {
      byVersion[version]++;
    } else {
      foreign++;
    }
  }

  /** Counts an answer of a third version. */
  void countForeign() {
    foreign++;
  }

  /** Adds other counts to these. */
  AnswerCounts add(AnswerCounts other) {
    byVersion[0] += other.byVersion[0];
    byVersion[1] += other.byVersion[1];
    foreign += other.foreign;
    return this;
  }

  /**
   * Looks up the number of answers that belong to a version.
   *
   * @param version 0 or 1
   * @return the number of answers
   */
  public long of(int version) {
    return byVersion[version];
  }

  /** {@return the number of answers that belong to neither version, or not to the acquired one} */
  public long foreign() {
    return foreign;
  }
}
