package org.staccato.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The clock of a time zone, which reads the hour and the weekday of a time without allocation.
 * Changes of the offset are those from 1970 to 2100. Immutable and thread-safe; equal to the clock
 * of a zone with the same name.
 */
public final class LocalClock {
  private static final long HOUR = 3_600;
  private static final long DAY = 24 * HOUR;

  /** 1970 began on a Thursday. */
  private static final int FIRST_WEEKDAY = 3;

  private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");

  private final String zone;

  /** The seconds since 1970 UTC at which the offset changes, ascending. */
  private final long[] changes;

  /** The seconds to add to UTC, before the first change and after each of them. */
  private final int[] offsets;

  private LocalClock(String zone, long[] changes, int[] offsets) {
    this.zone = zone;
    this.changes = changes;
    this.offsets = offsets;
  }

  /**
   * Finds the clock of a zone.
   *
   * @param zone the name of the zone, such as {@code UTC} or {@code Europe/Berlin}
   * @return its clock
   * @throws IllegalArgumentException if there is no such zone
   */
  public static LocalClock of(String zone) {
    ZoneRules rules;
    try {
      rules = ZoneId.of(zone).getRules();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "zone: found \"" + zone + "\", expected the name of a time zone such as Europe/Berlin",
          e);
    }
    List<ZoneOffsetTransition> transitions = new ArrayList<>();
    ZoneOffsetTransition next = rules.nextTransition(Instant.EPOCH);
    while (next != null && next.getInstant().isBefore(END)) {
      transitions.add(next);
      next = rules.nextTransition(next.getInstant());
    }
    int[] offsets = new int[transitions.size() + 1];
    offsets[0] = rules.getOffset(Instant.EPOCH).getTotalSeconds();
    for (int i = 0; i < transitions.size(); i++) {
      offsets[i + 1] = transitions.get(i).getOffsetAfter().getTotalSeconds();
    }
    return new LocalClock(
        zone,
        transitions.stream().mapToLong(ZoneOffsetTransition::toEpochSecond).toArray(),
        offsets);
  }

  /** {@return the name of the zone} */
  public String zone() {
    return zone;
  }

  /**
   * Reads the hour.
   *
   * @param millis milliseconds since 1970 UTC
   * @return the hour of the day, 0 to 23
   */
  public int hour(long millis) {
    return (int) (Math.floorMod(localSeconds(millis), DAY) / HOUR);
  }

  /**
   * Reads the weekday.
   *
   * @param millis milliseconds since 1970 UTC
   * @return the day of the week, 0 for Monday to 6
   */
  public int weekday(long millis) {
    return (int) Math.floorMod(Math.floorDiv(localSeconds(millis), DAY) + FIRST_WEEKDAY, 7L);
  }

  private long localSeconds(long millis) {
    long seconds = Math.floorDiv(millis, 1_000L);
    int found = Arrays.binarySearch(changes, seconds);
    return seconds + offsets[found >= 0 ? found + 1 : -found - 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LocalClock clock && zone.equals(clock.zone);
  }

  @Override
  public int hashCode() {
    return zone.hashCode();
  }

  @Override
  public String toString() {
    return zone;
  }
}
