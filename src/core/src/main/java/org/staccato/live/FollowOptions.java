package org.staccato.live;

import java.time.Duration;

/**
 * The options for following a file or a folder.
 *
 * @param poll the interval between two looks, in addition to the notices of the system, which some
 *     file systems lack
 * @param settle the time for which a file must stay unchanged before it is loaded
 * @param longestBackoff the longest pause after files were rejected; the first is a tenth of a
 *     second, and each doubles the one before
 */
public record FollowOptions(Duration poll, Duration settle, Duration longestBackoff) {

  /** Looks every second; 20 ms to settle; a pause of at most five seconds. */
  public static final FollowOptions DEFAULT =
      new FollowOptions(Duration.ofSeconds(1), Duration.ofMillis(20), Duration.ofSeconds(5));

  /**
   * Checks the durations.
   *
   * @throws IllegalArgumentException if {@code poll} is not positive or another one is negative
   */
  public FollowOptions {
    if (!poll.isPositive() || settle.isNegative() || longestBackoff.isNegative()) {
      throw new IllegalArgumentException(
          "found poll "
              + poll
              + ", settle "
              + settle
              + ", longest backoff "
              + longestBackoff
              + ", expected poll above 0 and none negative");
    }
  }
}
