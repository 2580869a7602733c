package org.staccato.serving;

/**
 * How large a table of users is; all of it is allocated when the table is made.
 *
 * @param capacity how many users surely fit, 1 to {@link #CAPACITY_LIMIT}; a few more may
 * @param events how many events are kept of each, 1 to {@link #EVENTS_LIMIT}
 * @param preparedUsers of how many users at most the sums are kept that {@link UserScorer#prepare}
 *     computes ahead, rounded up to a multiple of {@value UserStates#STRIPES}; 0 for none
 */
public record UserStatesOptions(int capacity, int events, int preparedUsers) {

  /** The most users of a table. */
  public static final int CAPACITY_LIMIT = 1 << 30;

  /** The most events that are kept of a user. */
  public static final int EVENTS_LIMIT = 1 << 16;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public UserStatesOptions {
    require("capacity", capacity, 1, CAPACITY_LIMIT);
    require("events", events, 1, EVENTS_LIMIT);
    require("prepared users", preparedUsers, 0, CAPACITY_LIMIT);
  }

  /**
   * Asks for a table that keeps no prepared sums.
   *
   * @param capacity how many users surely fit
   * @param events how many events are kept of each
   * @throws IllegalArgumentException if a number is out of range
   */
  public UserStatesOptions(int capacity, int events) {
    this(capacity, events, 0);
  }

  /**
   * Replaces the number of users of whom prepared sums are kept.
   *
   * @param users how many at most
   * @return options with this number
   * @throws IllegalArgumentException if it is out of range
   */
  public UserStatesOptions withPreparedUsers(int users) {
    return new UserStatesOptions(capacity, events, users);
  }

  private static void require(String what, int found, int least, int most) {
    if (found < least || found > most) {
      throw new IllegalArgumentException(
          "user table, " + what + ": found " + found + ", expected " + least + " to " + most);
    }
  }
}
