package org.staccato.trainer.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.staccato.model.Event;

/**
 * Sequences of item indices, the oldest event first within each, the sequences ordered by the time
 * of their first event.
 *
 * <p>Where the log keeps more columns, an event has more than its item, see {@link #read}.
 *
 * <p>The events of all sequences lie in one array; several objects may share the array, so that the
 * parts of a split need no copies. Immutable and safe to share between threads.
 */
public final class Sequences {
  private final int items;
  private final int[] events;
  private final EventColumns columns;
  private final int[] starts;
  private final int[] lengths;
  private final long total;

  /** Takes ownership of the arrays, which are not copied and may be shared. */
  Sequences(int items, int[] events, EventColumns columns, int[] starts, int[] lengths) {
    this.items = items;
    this.events = events;
    this.columns = columns;
    this.starts = starts;
    this.lengths = lengths;
    long sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    this.total = sum;
  }

  /**
   * {@return sequences over a catalogue, in the given order}
   *
   * @param items the number of items in the catalogue, at least 1
   * @param sequences the item indices of each sequence, oldest first; copied
   * @throws IllegalArgumentException if {@code items} is below 1 or there are more than 2³¹−1
   *     events
   * @throws IndexOutOfBoundsException if an item index is outside the catalogue
   */
  public static Sequences of(int items, List<int[]> sequences) {
    if (items < 1) {
      throw new IllegalArgumentException("items: found " + items + ", expected at least 1");
    }
    int[] starts = new int[sequences.size()];
    int[] lengths = new int[sequences.size()];
    long total = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = sequences.get(i).length;
      starts[i] = (int) total;
      total += lengths[i];
      if (total > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("events: found more than " + Integer.MAX_VALUE);
      }
    }
    int[] events = new int[(int) total];
    for (int i = 0; i < lengths.length; i++) {
      for (int item : sequences.get(i)) {
        Objects.checkIndex(item, items);
      }
      System.arraycopy(sequences.get(i), 0, events, starts[i], lengths[i]);
    }
    return new Sequences(items, events, EventColumns.NONE, starts, lengths);
  }

  /**
   * {@return sequences over a catalogue, in the given order}
   *
   * @param items the number of items in the catalogue, at least 1
   * @param sequences the item indices of each sequence, oldest first; copied
   * @throws IllegalArgumentException if {@code items} is below 1 or there are more than 2³¹−1
   *     events
   * @throws IndexOutOfBoundsException if an item index is outside the catalogue
   */
  public static Sequences of(int items, int[]... sequences) {
    return of(items, Arrays.asList(sequences));
  }

  /**
   * Joins the sequences of two parts of a log, which are over the same catalogue. One that begins
   * with the events of another takes its place; the others follow.
   *
   * @throws UnusableLogException if the parts are of two logs whose events have attributes
   */
  @SuppressWarnings("ReferenceEquality") // The parts of a log that is split share one array.
  Sequences with(Sequences later) throws UnusableLogException {
    if (later.events != events) {
      if (columns != EventColumns.NONE || later.columns != EventColumns.NONE) {
        throw new UnusableLogException(
            "refit: found events with attributes in two logs, expected one log for training and"
                + " validation");
      }
      List<int[]> all = new ArrayList<>(lengths.length + later.lengths.length);
      for (Sequences part : List.of(this, later)) {
        for (int sequence = 0; sequence < part.count(); sequence++) {
          all.add(part.toArray(sequence));
        }
      }
      return of(items, all);
    }
    Map<Integer, Integer> places = HashMap.newHashMap(lengths.length);
    int[] allStarts = Arrays.copyOf(starts, starts.length + later.starts.length);
    int[] allLengths = Arrays.copyOf(lengths, allStarts.length);
    for (int sequence = 0; sequence < lengths.length; sequence++) {
      places.put(starts[sequence], sequence);
    }
    int count = lengths.length;
    for (int sequence = 0; sequence < later.lengths.length; sequence++) {
      Integer place = places.get(later.starts[sequence]);
      int at = place == null ? count++ : place;
      allStarts[at] = later.starts[sequence];
      allLengths[at] = later.lengths[sequence];
    }
    return new Sequences(
        items, events, columns, Arrays.copyOf(allStarts, count), Arrays.copyOf(allLengths, count));
  }

  /** {@return the number of items in the catalogue; every item index is below it} */
  public int items() {
    return items;
  }

  /** {@return the number of sequences} */
  public int count() {
    return lengths.length;
  }

  /** {@return the number of events of all sequences together} */
  public long events() {
    return total;
  }

  /**
   * {@return the number of events of a sequence}
   *
   * @param sequence the sequence, from 0 to {@code count() - 1}
   */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /**
   * {@return the item at a position of a sequence}
   *
   * @param sequence the sequence, from 0 to {@code count() - 1}
   * @param position the position, 0 for the oldest event
   */
  public int item(int sequence, int position) {
    return events[starts[sequence] + Objects.checkIndex(position, lengths[sequence])];
  }

  /**
   * Reads an event: its item and what else the log keeps of it.
   *
   * @param sequence the sequence, from 0 to {@code count() - 1}
   * @param position the position, 0 for the oldest event
   * @param event receives the event
   */
  public void read(int sequence, int position, Event event) {
    int place = starts[sequence] + Objects.checkIndex(position, lengths[sequence]);
    event.clear().item(events[place]);
    columns.fill(place, position == 0, event);
  }

  /**
   * {@return the value of an event, such as a rating; NaN if it has none, or the log keeps none}
   *
   * @param sequence the sequence, from 0 to {@code count() - 1}
   * @param position the position, 0 for the oldest event
   */
  public float value(int sequence, int position) {
    return columns.value(starts[sequence] + Objects.checkIndex(position, lengths[sequence]));
  }

  /**
   * {@return the user of a sequence that is not empty, by the numbers of the training log; -1 if
   * they are not kept, or the sequence comes from another log}
   *
   * @param sequence the sequence, from 0 to {@code count() - 1}
   */
  public int user(int sequence) {
    return columns.user(starts[sequence]);
  }

  /**
   * {@return a copy of a sequence's item indices, oldest first}
   *
   * @param sequence the sequence, from 0 to {@code count() - 1}
   */
  public int[] toArray(int sequence) {
    int start = starts[sequence];
    return Arrays.copyOfRange(events, start, start + lengths[sequence]);
  }
}
