package org.staccato.export;

import java.util.Arrays;
import java.util.List;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;

/**
 * A sequence of events that a golden sample runs through a network: items, and for each of them the
 * values of the network's attributes. Immutable; the arrays are copied.
 */
public final class GoldenSequence {
  private final int[] items;
  private final int[][] values;

  private GoldenSequence(int[] items, int[][] values) {
    this.items = items;
    this.values = values;
  }

  /**
   * Makes a sequence of items of whose events nothing else is known.
   *
   * @param items the indices of the items, oldest first
   * @param attributes the attributes of the network
   * @return the sequence
   */
  public static GoldenSequence of(int[] items, List<EventAttribute> attributes) {
    return new GoldenSequence(items.clone(), new int[items.length][attributes.size()]);
  }

  /**
   * Makes a sequence of events.
   *
   * @param events the events, oldest first
   * @param attributes the attributes of the network
   * @return the sequence
   */
  public static GoldenSequence of(List<Event> events, List<EventAttribute> attributes) {
    return new GoldenSequence(
        events.stream().mapToInt(Event::item).toArray(),
        events.stream()
            .map(event -> attributes.stream().mapToInt(each -> each.valueOf(event)).toArray())
            .toArray(int[][]::new));
  }

  /** Returns the last events. */
  GoldenSequence last(int count) {
    int from = Math.max(0, items.length - count);
    return new GoldenSequence(
        Arrays.copyOfRange(items, from, items.length),
        Arrays.copyOfRange(values, from, items.length));
  }

  int length() {
    return items.length;
  }

  int item(int event) {
    return items[event];
  }

  /** Returns the values of the attributes of an event. */
  int[] values(int event) {
    return values[event];
  }
}
