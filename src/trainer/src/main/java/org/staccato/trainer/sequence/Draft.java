package org.staccato.trainer.sequence;

import java.time.Instant;
import java.util.Arrays;
import org.staccato.trainer.log.DropCounts;
import org.staccato.trainer.log.DropReason;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.sequence.PreparationOptions.SequenceBy;

/**
 * Sequences during filtering: mutable arrays of the events, sequence after sequence, in which
 * filters close the gaps that they make.
 */
final class Draft {
  /** Decides whether an event stays. */
  private interface EventFilter {
    boolean keeps(int sequence, int event);
  }

  /** The item of each event; the numbers are those of the log at first. */
  int[] items;

  /** The time of each event in milliseconds; all 0 in a log without times. */
  long[] times;

  /** The place of each event in the log. */
  int[] rows;

  /** The first event of each sequence. */
  int[] starts;

  /** The number of events of each sequence. */
  int[] lengths;

  /** The user of each sequence, by the numbers of the log. */
  int[] users;

  int count;

  /** The number of events, which fill the start of the arrays in any order of the sequences. */
  int events;

  DropCounts dropped;

  private Draft(int events) {
    this.events = events;
    items = new int[events];
    times = new long[events];
    rows = new int[events];
    starts = new int[16];
    lengths = new int[16];
    users = new int[16];
    dropped = DropCounts.NONE;
  }

  /**
   * Arranges the events of a log in sequences and by time; equal times keep the order of the log.
   */
  static Draft of(EventLog log, PreparationOptions options) {
    Instant windowStart = options.filter().from();
    Instant windowEnd = options.filter().to();
    long from = windowStart == null ? Long.MIN_VALUE : windowStart.toEpochMilli();
    long to = windowEnd == null ? Long.MAX_VALUE : windowEnd.toEpochMilli();
    boolean bySession = options.sequenceBy() == SequenceBy.SESSION;
    int groups = 0;
    long[] times = new long[log.size()];
    for (int event = 0; event < log.size(); event++) {
      times[event] = log.time(event);
      groups = Math.max(groups, 1 + (bySession ? log.session(event) : log.user(event)));
    }
    int[] ends = new int[groups];
    int inside = 0;
    for (int event = 0; event < log.size(); event++) {
      if (times[event] >= from && times[event] < to) {
        ends[bySession ? log.session(event) : log.user(event)]++;
        inside++;
      }
    }
    int[] next = new int[groups];
    for (int group = 1; group < groups; group++) {
      next[group] = next[group - 1] + ends[group - 1];
    }
    int[] order = new int[inside];
    for (int event = 0; event < log.size(); event++) {
      if (times[event] >= from && times[event] < to) {
        order[next[bySession ? log.session(event) : log.user(event)]++] = event;
      }
    }
    Draft draft = new Draft(inside);
    draft.dropped = draft.dropped.plus(DropReason.OUTSIDE_WINDOW, log.size() - inside);
    int[] scratch = new int[inside];
    long gap = options.sequenceBy() == SequenceBy.GAP ? options.gap().toMillis() : Long.MAX_VALUE;
    for (int group = 0; group < groups; group++) {
      int end = next[group];
      int start = end - ends[group];
      StableSort.sort(order, start, end, times, scratch);
      int sequenceStart = start;
      for (int i = start; i < end; i++) {
        draft.items[i] = log.item(order[i]);
        draft.times[i] = times[order[i]];
        draft.rows[i] = order[i];
        if (i > start && draft.times[i] - draft.times[i - 1] > gap) {
          draft.addSequence(log.user(order[start]), sequenceStart, i);
          sequenceStart = i;
        }
      }
      if (sequenceStart < end) {
        draft.addSequence(log.user(order[start]), sequenceStart, end);
      }
    }
    return draft;
  }

  private void addSequence(int user, int start, int end) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      lengths = Arrays.copyOf(lengths, count * 2);
      users = Arrays.copyOf(users, count * 2);
    }
    starts[count] = start;
    lengths[count] = end - start;
    users[count] = user;
    count++;
  }

  /** Drops the events that a filter does not keep; returns whether it dropped any. */
  private boolean filter(DropReason reason, EventFilter filter) {
    int before = events;
    int out = 0;
    for (int sequence = 0; sequence < count; sequence++) {
      int start = out;
      int end = starts[sequence] + lengths[sequence];
      for (int event = starts[sequence]; event < end; event++) {
        // Write behind the event that is being tested, so that filters may read the event before
        // it.
        if (filter.keeps(sequence, event)) {
          items[out] = items[event];
          times[out] = times[event];
          rows[out] = rows[event];
          out++;
        }
      }
      starts[sequence] = start;
      lengths[sequence] = out - start;
    }
    events = out;
    dropped = dropped.plus(reason, before - out);
    return out < before;
  }

  /**
   * Drops every event with the same item as the event before it; returns whether it dropped any.
   */
  boolean filterRepeats() {
    return filter(
        DropReason.REPEAT,
        (sequence, event) -> event == starts[sequence] || items[event] != items[event - 1]);
  }

  /** Drops events of items whose support is in [from, to); returns whether it dropped any. */
  boolean filterItems(DropReason reason, int[] support, int from, int to) {
    return filter(
        reason, (sequence, event) -> support[items[event]] < from || support[items[event]] >= to);
  }

  /** Drops sequences with fewer events than this; returns whether it dropped any events. */
  boolean filterShort(int minimumLength) {
    boolean any =
        filter(DropReason.SHORT_SEQUENCE, (sequence, event) -> lengths[sequence] >= minimumLength);
    int kept = 0;
    for (int sequence = 0; sequence < count; sequence++) {
      if (lengths[sequence] > 0) {
        starts[kept] = starts[sequence];
        lengths[kept] = lengths[sequence];
        users[kept] = users[sequence];
        kept++;
      }
    }
    count = kept;
    return any;
  }

  /** Returns the latest time of an event. */
  long lastTime() {
    long last = Long.MIN_VALUE / 2; // Far enough from the limit to subtract days.
    for (int event = 0; event < events; event++) {
      last = Math.max(last, times[event]);
    }
    return last;
  }

  /** Returns the number of events of a sequence before a time. */
  int before(int sequence, long time) {
    int event = starts[sequence];
    while (event < starts[sequence] + lengths[sequence] && times[event] < time) {
      event++;
    }
    return event - starts[sequence];
  }

  /** Sorts the sequences by the time of their first events; equal times keep their order. */
  void orderByStart() {
    int[] order = new int[count];
    long[] firstTimes = new long[count];
    for (int sequence = 0; sequence < count; sequence++) {
      order[sequence] = sequence;
      firstTimes[sequence] = times[starts[sequence]];
    }
    StableSort.sort(order, 0, count, firstTimes, new int[count]);
    starts = pick(starts, order);
    lengths = pick(lengths, order);
    users = pick(users, order);
  }

  private static int[] pick(int[] values, int[] order) {
    int[] picked = new int[order.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = values[order[i]];
    }
    return picked;
  }
}
