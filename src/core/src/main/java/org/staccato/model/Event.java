package org.staccato.model;

import org.jspecify.annotations.Nullable;

/**
 * One event on an item, as a step takes it: the item, and whatever else is known of the event. A
 * model reads from it the {@link EventAttribute}s that it was trained with, and ignores the rest;
 * an event without a value for one of them is a valid event. The event belongs to no version of a
 * model.
 *
 * <p>Mutable and made to be reused, so that a step allocates nothing. Not thread-safe.
 *
 * <pre>{@code
 * event.clear().item(item).type("buy").millis(now).previousMillis(before);
 * scorer.step(user, event);
 * }</pre>
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public final class Event {

  /** Stands for a time that is not known. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;

  private int item;
  private @Nullable String type;
  private float value;
  private long millis;
  private long previousMillis;

  /** Creates an event on item 0 of which nothing else is known. */
  public Event() {
    clear();
  }

  /**
   * Forgets everything.
   *
   * @return this event, on item 0
   */
  public Event clear() {
    item = 0;
    type = null;
    value = Float.NaN;
    millis = UNKNOWN_TIME;
    previousMillis = UNKNOWN_TIME;
    return this;
  }

  /**
   * Sets the item.
   *
   * @param index its index, or {@link org.staccato.format.ItemKeys#UNKNOWN}
   * @return this event
   */
  public Event item(int index) {
    item = index;
    return this;
  }

  /**
   * Sets the type of the event, such as {@code view} or {@code buy}.
   *
   * @param name the name as in the log of the training, or null if it is not known
   * @return this event
   */
  public Event type(@Nullable String name) {
    type = name;
    return this;
  }

  /**
   * Sets the number that came with the event, such as a rating, or 1 for a click and 0 for none.
   *
   * @param number the number, or NaN if it is not known
   * @return this event
   */
  public Event value(float number) {
    value = number;
    return this;
  }

  /**
   * Sets the time of the event.
   *
   * @param time milliseconds since 1970 UTC, or {@link #UNKNOWN_TIME}
   * @return this event
   */
  public Event millis(long time) {
    millis = time;
    return this;
  }

  /**
   * Sets the time of the user's event before this one. The caller keeps it; a state does not hold
   * it.
   *
   * @param time milliseconds since 1970 UTC, or {@link #UNKNOWN_TIME}, also for the first event
   * @return this event
   */
  public Event previousMillis(long time) {
    previousMillis = time;
    return this;
  }

  /** {@return the index of the item} */
  public int item() {
    return item;
  }

  /** {@return the type, or null if it is not known} */
  public @Nullable String type() {
    return type;
  }

  /** {@return the number, or NaN if it is not known} */
  public float value() {
    return value;
  }

  /** {@return the time, or {@link #UNKNOWN_TIME}} */
  public long millis() {
    return millis;
  }

  /** {@return the time of the user's event before, or {@link #UNKNOWN_TIME}} */
  public long previousMillis() {
    return previousMillis;
  }
}
