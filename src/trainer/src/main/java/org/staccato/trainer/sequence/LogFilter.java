package org.staccato.trainer.sequence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The events of a log that are left out.
 *
 * @param from the time before which events are left out, or null; needs times
 * @param to the time from which events are left out, or null; needs times
 * @param dropRepeats whether to leave out an event with the same item as the event before it
 * @param minimumSupport items with fewer events are left out, at least 1. The count is over the
 *     events that make the catalogue: the training part, or the whole log for leave-one-out
 * @param minimumLength sequences with fewer events are left out, at least 1
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public record LogFilter(
    @Nullable Instant from,
    @Nullable Instant to,
    boolean dropRepeats,
    int minimumSupport,
    int minimumLength) {

  /** Leaves no event out. */
  public static final LogFilter NONE = new LogFilter(null, null, false, 1, 1);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is out of range or the window is empty
   */
  public LogFilter {
    requirePositive("minimum support", minimumSupport);
    requirePositive("minimum length", minimumLength);
    if (from != null && to != null && !from.isBefore(to)) {
      throw new IllegalArgumentException(
          "time window: found from " + from + " to " + to + ", expected an end after the start");
    }
  }

  static void requirePositive(String name, int found) {
    if (found < 1) {
      throw new IllegalArgumentException(name + ": found " + found + ", expected at least 1");
    }
  }

  /** {@return whether times decide} */
  boolean hasWindow() {
    return from != null || to != null;
  }
}
