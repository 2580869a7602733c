package org.staccato.users;

/**
 * The size of a table of users, all of which is allocated when the table is created.
 *
 * @param capacity the number of users that surely fit, 1 to {@link #CAPACITY_LIMIT}; a few more may
 *     fit
 * @param events the number of events that are kept of each user, 1 to {@link #EVENTS_LIMIT}
 * @param preparedUsers the number of users whose sums of {@link UserScorer#prepare} are kept, 0 to
 *     {@link #CAPACITY_LIMIT}; rounded up to a multiple of 64, the number of stripes
 * @param unknownItems the most items that no version has had whose events are kept for a later
 *     version, 0 to {@link #UNKNOWN_ITEMS_LIMIT}; an item takes some tens of bytes and its key
 */
public record UserStatesOptions(int capacity, int events, int preparedUsers, int unknownItems) {

  /** The number of unknown items whose events are kept unless the options say otherwise. */
  public static final int UNKNOWN_ITEMS = 1 << 16;

  /** The most unknown items whose events are kept. */
  public static final int UNKNOWN_ITEMS_LIMIT = 1 << 27;

  /** The most users of a table. */
  public static final int CAPACITY_LIMIT = 1 << 30;

  /** The most events that are kept of a user. */
  public static final int EVENTS_LIMIT = 1 << 16;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public UserStatesOptions {
    require("capacity", capacity, 1, CAPACITY_LIMIT);
    require("events", events, 1, EVENTS_LIMIT);
    require("prepared users", preparedUsers, 0, CAPACITY_LIMIT);
    require("unknown items", unknownItems, 0, UNKNOWN_ITEMS_LIMIT);
  }

  /**
   * Creates options for a table that keeps no prepared sums, and the events of {@link
   * #UNKNOWN_ITEMS} unknown items.
   *
   * @param capacity the number of users that surely fit
   * @param events the number of events that are kept of each user
   * @throws IllegalArgumentException if a number is out of range
   */
  public UserStatesOptions(int capacity, int events) {
    this(capacity, events, 0, UNKNOWN_ITEMS);
  }

  /**
   * Replaces the number of users whose prepared sums are kept.
   *
   * @param users the number of users
   * @return options with this number
   * @throws IllegalArgumentException if it is out of range
   */
  public UserStatesOptions withPreparedUsers(int users) {
    return new UserStatesOptions(capacity, events, users, unknownItems);
  }

  /**
   * Replaces the number of unknown items whose events are kept.
   *
   * @param items the number of items
   * @return options with this number
   * @throws IllegalArgumentException if it is out of range
   */
  public UserStatesOptions withUnknownItems(int items) {
    return new UserStatesOptions(capacity, events, preparedUsers, items);
  }

  private static void require(String name, int found, int least, int most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          "user table, " + name + ": found " + found + ", expected " + least + " to " + most);
    }
  }
}
