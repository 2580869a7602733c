package org.staccato;

import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;

/**
 * Reads one version of a {@link LiveModel} at a time. Each call runs on one version, the current
 * one when it begins; between {@link #acquire} and {@link #release} all calls run on the version
 * that was acquired.
 *
 * <p>A reader belongs to one thread at a time. It may be handed to another thread between two
 * calls, also while a version is acquired, with a happens-before edge: through a queue, a lock, a
 * {@link ScorerPool}. Two calls at the same time are an error, which assertions notice.
 */
public interface ModelReader extends AutoCloseable {

  /**
   * Holds the version that answers now: until {@link #release} all calls are on it, whatever is
   * published meanwhile. A version is kept in memory as long as it is held, so release it after
   * each request.
   *
   * @return the version
   * @throws IllegalStateException if one is held already, or the model or this reader is closed
   */
  ModelVersion acquire();

  /**
   * Ends what {@link #acquire} began.
   *
   * @throws IllegalStateException if no version is held
   */
  void release();

  /** {@return whether a version is held} */
  boolean isAcquired();

  /**
   * Returns the items' external keys in the version that is held, to be used until it is released;
   * an index means nothing in another version.
   *
   * @return the keys
   * @throws IllegalStateException if no version is held, or it does not rank items
   */
  ItemKeys items();

  /**
   * Gives back what this reader holds: the version, if one is acquired, and its scratch. A second
   * call does nothing; all other methods then throw {@link IllegalStateException}.
   */
  @Override
  void close();
}
