package org.staccato.perf.load;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.staccato.Scorer;
import org.staccato.UserState;

/**
 * A user table that is as simple as can be: an array of copies, of which a new user takes the place
 * of an old one when it is full. What two threads write at once is one of both.
 */
public final class UserArray implements UserTable {
  private final AtomicReferenceArray<UserState> states;

  /**
   * Creates an empty table.
   *
   * @param capacity how many users it holds at most
   */
  public UserArray(int capacity) {
    states = new AtomicReferenceArray<>(capacity);
  }

  @Override
  public void served(Scorer scorer, long user, UserState state) {
    int place = (int) (user % states.length());
    UserState kept = states.getAndSet(place, null);
    if (kept == null || !kept.digest().equals(state.digest())) {
      kept = scorer.newState();
    }
    kept.copyFrom(state);
    states.set(place, kept);
  }
}
