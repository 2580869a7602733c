package org.staccato.users;

/**
 * The size of a table of users, all of which is allocated when the table is created.
 *
 * @param capacity the number of users that surely fit, 1 to {@link #CAPACITY_LIMIT}; a few more may
 *     fit
 * @param events the number of events that are kept of each user, 1 to {@link #EVENTS_LIMIT}
 * @param preparedUsers the number of users whose sums of {@link UserScorer#prepare} are kept, 0 to
 *     {@link #CAPACITY_LIMIT}; rounded up to a multiple of 64, the number of stripes
 */
public record UserStatesOptions(int capacity, int events, int preparedUsers) {

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
  }

  /**
   * Creates options for a table that keeps no prepared sums.
   *
   * @param capacity the number of users that surely fit
   * @param events the number of events that are kept of each user
   * @throws IllegalArgumentException if a number is out of range
   */
  public UserStatesOptions(int capacity, int events) {
    this(capacity, events, 0);
  }

  /**
   * Replaces the number of users whose prepared sums are kept.
   *
   * @param users the number of users
   * @return options with this number
   * @throws IllegalArgumentException if it is out of range
   */
  public UserStatesOptions withPreparedUsers(int users) {
    return new UserStatesOptions(capacity, events, users);
  }

  private static void require(String name, int found, int least, int most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          "user table, " + name + ": found " + found + ", expected " + least + " to " + most);
    }
  }
}
