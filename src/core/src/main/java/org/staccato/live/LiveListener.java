package org.staccato.live;

import java.time.Duration;

/**
 * Hears of what happens to a model, one event after the other and in their order, after it has
 * happened and while no lock is held: a listener may call all methods of the model. The thread is
 * one that loads, publishes, retires or closes, and never one that scores. What a listener throws
 * is logged and otherwise ignored. What must be done before a version is published is a {@link
 * CataloguePreparation}.
 */
public interface LiveListener {

  /**
   * A version was loaded: checked, in memory, and warm.
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
