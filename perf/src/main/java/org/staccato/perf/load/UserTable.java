package org.staccato.perf.load;

import org.staccato.Scorer;
import org.staccato.UserState;

/** State of users that grows with their number; called by all threads at once. */
@FunctionalInterface
public interface UserTable {

  /** Keeps nothing. */
  UserTable NONE = (scorer, user, state) -> {};

  /**
   * A user was served; their version is held meanwhile.
   *
   * @param scorer the scorer of this thread
   * @param user who it was
   * @param state their state, valid during this call
   */
  void served(Scorer scorer, long user, UserState state);
}
