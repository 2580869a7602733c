package org.staccato.live;

import java.util.Optional;

/**
 * The options for opening a model and loading its later versions.
 *
 * <pre>{@code
 * OpenOptions.FOLLOW                                    // copies the file, and publishes each version that replaces it
 * OpenOptions.COPY.withCold(true)                       // answers before the vector kernels are compiled
 * OpenOptions.FOLLOW.withFollow(FollowOptions.DEFAULT)  // with another poll, settle or backoff
 * }</pre>
 *
 * @param mode the way to load versions into memory. Use {@link LoadMode#COPY} for a service under
 *     load: its versions take turns in memory that is never freed, so that retiring one stops no
 *     thread, and changes of a served file do no harm
 * @param cold whether the model answers at once: it uses the scalar kernels, which are fast after
 *     some milliseconds, until a thread in the background has warmed the vector kernels up. The
 *     scores before and after differ by rounding. For services that must not wait
 * @param share the share of a core that loading a later version may take beside the scorers, above
 *     0; 1 is all of it
 * @param follow the options for following the file, or the newest file of a folder; empty to follow
 *     none
 */
public record OpenOptions(
    LoadMode mode, boolean cold, double share, Optional<FollowOptions> follow) {

  /** Maps the file, warms up before it returns, and loads later versions in a quarter of a core. */
  public static final OpenOptions MAP =
      new OpenOptions(LoadMode.MAP, false, 0.25, Optional.empty());

  /** The same, but copies the file. */
  public static final OpenOptions COPY = MAP.withMode(LoadMode.COPY);

  /** Copies the file, and publishes each version that replaces it. */
  public static final OpenOptions FOLLOW = COPY.withFollow(FollowOptions.DEFAULT);

  /**
   * Checks the share.
   *
   * @throws IllegalArgumentException if the share is not above 0 and at most 1
   */
  public OpenOptions {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share: found " + share + ", expected above 0 and at most 1");
    }
  }

  /**
   * Replaces the mode.
   *
   * @param other the way to load versions into memory
   * @return options with this mode
   */
  public OpenOptions withMode(LoadMode other) {
    return new OpenOptions(other, cold, share, follow);
  }

  /**
   * Replaces whether the model answers at once.
   *
   * @param other whether the model answers at once
   * @return options with this value
   */
  public OpenOptions withCold(boolean other) {
    return new OpenOptions(mode, other, share, follow);
  }

  /**
   * Replaces the share of a core for loading.
   *
   * @param other the share, above 0 and at most 1
   * @return options with this share
   * @throws IllegalArgumentException if it is not in that range
   */
  public OpenOptions withShare(double other) {
    return new OpenOptions(mode, cold, other, follow);
  }

  /**
   * Follows the file or folder.
   *
   * @param other the options for following
   * @return options with these
   */
  public OpenOptions withFollow(FollowOptions other) {
    return new OpenOptions(mode, cold, share, Optional.of(other));
  }
}
