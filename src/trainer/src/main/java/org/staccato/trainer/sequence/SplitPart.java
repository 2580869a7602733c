package org.staccato.trainer.sequence;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The slices of a draft's sequences that make up one part of a split, in the order of the draft.
 */
final class SplitPart {
  private final int[] starts;
  private final int[] lengths;
  private final int[] firstTargets;
  private final BitSet users = new BitSet();
  private int count;

  /**
   * Starts an empty part.
   *
   * @param capacity the maximum number of sequences
   */
  SplitPart(int capacity) {
    starts = new int[capacity];
    lengths = new int[capacity];
    firstTargets = new int[capacity];
  }

  /** Creates a part of all sequences of a draft, with a case at every prefix. */
  static SplitPart whole(Draft draft) {
    SplitPart part = new SplitPart(draft.count);
    for (int sequence = 0; sequence < draft.count; sequence++) {
      part.add(draft, sequence, 1, draft.lengths[sequence]);
    }
    return part;
  }

  /**
   * Adds the first events of a sequence if there are any.
   *
   * @param firstTarget the first position to predict, at least 1
   * @param length the number of events
   */
  void add(Draft draft, int sequence, int firstTarget, int length) {
    if (length > 0) {
      starts[count] = draft.starts[sequence];
      lengths[count] = length;
      firstTargets[count] = firstTarget;
      count++;
      users.set(draft.users[sequence]);
    }
  }

  /** Adds the first events of a sequence if any of them is a target. */
  void addCases(Draft draft, int sequence, int firstTarget, int length) {
    if (length > Math.max(1, firstTarget)) {
      add(draft, sequence, Math.max(1, firstTarget), length);
    }
  }

  int users() {
    return users.cardinality();
  }

  /** Counts the events of each item, by the item numbers of the log. */
  void countSupport(int[] events, int[] support) {
    for (int i = 0; i < count; i++) {
      for (int event = starts[i]; event < starts[i] + lengths[i]; event++) {
        support[events[event]]++;
      }
    }
  }

  Sequences sequences(int items, int[] events, EventColumns columns) {
    return new Sequences(
        items, events, columns, Arrays.copyOf(starts, count), Arrays.copyOf(lengths, count));
  }

  EvaluationCases cases(int items, int[] events, EventColumns columns, boolean excludeSeen) {
    return new EvaluationCases(
        sequences(items, events, columns), Arrays.copyOf(firstTargets, count), excludeSeen);
  }
}
