package org.staccato.trainer.log;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * The number of events that were left out for each {@link DropReason}, and the mistakes in the
 * first broken rows.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class DropCounts {
  private static final int TOLD_BROKEN = 10;

  /** Nothing was dropped. */
  public static final DropCounts NONE = new DropCounts(new EnumMap<>(DropReason.class), List.of());

  private final EnumMap<DropReason, Long> counts;
  private final List<String> broken;

  private DropCounts(EnumMap<DropReason, Long> counts, List<String> broken) {
    this.counts = counts;
    this.broken = broken;
  }

  /**
   * {@return these counts with more events dropped for a reason}
   *
   * @param reason the reason
   * @param events the number of events, at least 0
   */
  public DropCounts plus(DropReason reason, long events) {
    EnumMap<DropReason, Long> sum = counts.clone();
    sum.merge(reason, events, Long::sum);
    return new DropCounts(sum, broken);
  }

  /** Returns these counts with one more broken row and its mistake. */
  DropCounts plusBroken(String sentence) {
    DropCounts one = plus(DropReason.BROKEN, 1);
    return new DropCounts(one.counts, first(broken, List.of(sentence)));
  }

  /**
   * {@return the sums of these counts and others}
   *
   * @param other the counts to add
   */
  public DropCounts plus(DropCounts other) {
    EnumMap<DropReason, Long> sum = counts.clone();
    other.counts.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
    return new DropCounts(sum, first(broken, other.broken));
  }

  private static List<String> first(List<String> sentences, List<String> more) {
    return sentences.size() == TOLD_BROKEN
        ? sentences
        : Stream.concat(sentences.stream(), more.stream()).limit(TOLD_BROKEN).toList();
  }

  /** {@return one sentence on each of the first ten broken rows} */
  public List<String> broken() {
    return broken;
  }

  /**
   * {@return the number of events that were dropped for a reason}
   *
   * @param reason the reason
   */
  public long of(DropReason reason) {
    return counts.getOrDefault(reason, 0L);
  }

  /** {@return the number of events that were dropped for any reason} */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@return the counts above 0 in words, in the order of the reasons} */
  @Override
  public String toString() {
    StringJoiner words = new StringJoiner(", ").setEmptyValue("nothing dropped");
    for (Map.Entry<DropReason, Long> count : counts.entrySet()) {
      if (count.getValue() > 0) {
        words.add(count.getValue() + " " + count.getKey().description());
      }
    }
    return words.toString();
  }
}
