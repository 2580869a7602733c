package org.staccato.live;

import java.time.Duration;
import org.staccato.format.LoadMode;

/**
 * How a file or a folder is followed.
 *
 * @param mode how versions come into memory. {@link LoadMode#COPY} for a service under load: its
 *     versions take turns in memory that is never freed, so that retiring one stops no thread, and
 *     whatever happens to a file that is served does no harm
 * @param poll how often to look, beside the notices of the system, which some file systems lack
 * @param settle how long a file must stay as it is before it is loaded
 * @param longestBackoff the longest pause after files were rejected; the first is a tenth of a
 *     second, and each doubles the one before
 * @param share the share of a core that loading a version may take beside the scorers, above 0; 1
 *     is all of it
 */
public record FollowOptions(
    LoadMode mode, Duration poll, Duration settle, Duration longestBackoff, double share) {

  /**
   * Copies; looks every second; 20 ms to settle; a pause of at most five seconds; a quarter of a
   * core.
   */
  public static final FollowOptions DEFAULT =
      new FollowOptions(
          LoadMode.COPY, Duration.ofSeconds(1), Duration.ofMillis(20), Duration.ofSeconds(5), 0.25);

  /**
   * Checks the durations and the share.
   *
   * @throws IllegalArgumentException if {@code poll} is not positive, another duration is negative,
   *     or the share is not above 0 and at most 1
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
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share: found " + share + ", expected above 0 and at most 1");
    }
  }

  /**
   * Replaces the mode.
   *
   * @param other how versions come into memory
   * @return options with this mode
   */
  public FollowOptions withMode(LoadMode other) {
    return new FollowOptions(other, poll, settle, longestBackoff, share);
  }
}
