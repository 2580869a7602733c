package org.staccato.trainer.log;

import java.util.StringJoiner;

/**
 * How many events were left out for each {@link DropReason}.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class DropCounts {
  /** Nothing was dropped. */
  public static final DropCounts NONE = new DropCounts(new long[DropReason.values().length]);

  private final long[] counts;

  private DropCounts(long[] counts) {
    this.counts = counts;
  }

  /**
   * {@return these counts with more events dropped for a reason}
   *
   * @param reason why they were dropped
   * @param events how many, at least 0
   */
  public DropCounts plus(DropReason reason, long events) {
    long[] sum = counts.clone();
    sum[reason.ordinal()] += events;
    return new DropCounts(sum);
  }

  /**
   * {@return the sums of these counts and others}
   *
   * @param other the counts to add
   */
  public DropCounts plus(DropCounts other) {
    long[] sum = counts.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.counts[i];
    }
    return new DropCounts(sum);
  }

  /**
   * {@return how many events were dropped for a reason}
   *
   * @param reason the reason
   */
  public long of(DropReason reason) {
    return counts[reason.ordinal()];
  }

  /** {@return how many events were dropped altogether} */
  public long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /** {@return the counts above 0 in words, in the order of the reasons} */
  @Override
  public String toString() {
    StringJoiner words = new StringJoiner(", ").setEmptyValue("nothing dropped");
    for (DropReason reason : DropReason.values()) {
      if (of(reason) > 0) {
        words.add(of(reason) + " " + reason.description());
      }
    }
    return words.toString();
  }
}
