package org.staccato.live;

import java.time.Duration;

/**
 * Receives the events of a model, one after the other and in their order, each after it has
 * happened and while no lock is held: a listener may call all methods of the model. A thread that
 * loads, publishes, retires or closes calls the listener, never one that scores. An exception of a
 * listener is logged and otherwise ignored. Work that must be done before a version is published
 * belongs into a {@link CataloguePreparation}.
 */
public interface LiveListener {

  /**
   * A version was loaded: checked, in memory, and warm.
   *
   * @param version the version
   * @param time the time of the load
   */
  default void loaded(ModelVersion version, Duration time) {}

  /**
   * A version was published: all later calls run on it.
   *
   * @param version the version
   */
  default void published(ModelVersion version) {}

  /**
   * A version was retired: no call reads it any more, and its memory is free.
   *
   * @param version the version
   */
  default void retired(ModelVersion version) {}

  /**
   * A file was rejected; the version before continues to serve.
   *
   * @param rejection the file, and why
   */
  default void rejected(Rejection rejection) {}
}
