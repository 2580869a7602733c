package org.staccato.live;

import java.time.Duration;

/**
 * Hears of what happens to a model, on the thread on which it happens, which is never one that
 * scores. Whatever a listener throws is logged and otherwise ignored.
 */
public interface LiveListener {

  /**
   * A version was loaded: checked, in memory, and warm; it is published next.
   *
   * @param version the version
   * @param time how long that took
   */
  default void loaded(ModelVersion version, Duration time) {}

  /**
   * A version was published: calls that begin from now on answer from it.
   *
   * @param version the version
   */
  default void published(ModelVersion version) {}

  /**
   * A version was retired: nobody reads it any more, and its memory is free.
   *
   * @param version the version
   */
  default void retired(ModelVersion version) {}

  /**
   * A file was rejected; what was served before is still served.
   *
   * @param rejection the file, and why
   */
  default void rejected(Rejection rejection) {}
}
