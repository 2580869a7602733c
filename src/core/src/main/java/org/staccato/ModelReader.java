package org.staccato;

import org.staccato.format.ItemKeys;

/**
 * Reads one version of a {@link LiveModel} at a time. Each call runs on one version, the current
 * one when it begins; between {@link #acquire} and {@link #release} all calls run on the version
 * that was acquired.
 *
 * <p>The index of an item means another item in another version. So a call that takes indices must
 * know their version: from a {@link UserState} that it takes too, which belongs to one version, or
 * from an acquired version. {@link #itemKeys} needs an acquired version for the same reason.
 *
 * <p>A reader belongs to one thread at a time. It may be handed to another thread between two
 * calls, also while a version is acquired, with a happens-before edge: through a queue, a lock, a
 * {@link ScorerPool}. Two calls at the same time are an error, which assertions notice.
 */
public interface ModelReader extends AutoCloseable {

  /**
   * Holds the current version: until {@link #release} all calls run on it, even if another one is
   * published meanwhile. A version that is held stays in memory, so release it after each request,
   * best by try-with-resources.
   *
   * @return the version, the same object each time, whose {@link AcquiredVersion#close} releases it
   * @throws IllegalStateException if this reader holds a version already, or it or the model is
   *     closed
   */
  AcquiredVersion acquire();

  /**
   * Releases the version that {@link #acquire} returned.
   *
   * @throws IllegalStateException if no version is held
   */
  void release();

  /** {@return whether a version is held} */
  boolean isAcquired();

  /**
   * Returns the external keys of the items of the version that is held. Use them only until it is
   * released: the same index means another item in another version.
   *
   * @return the keys
   * @throws IllegalStateException if no version is held, or it does not rank items
   */
  ItemKeys itemKeys();

  /**
   * Releases the version, if one is acquired, and the scratch of this reader. A second call does
   * nothing; all other methods then throw {@link IllegalStateException}.
   */
  @Override
  void close();
}
