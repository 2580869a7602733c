package org.staccato.perf.load;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.staccato.Scorer;
import org.staccato.UserState;

/**
 * A user table that is as simple as can be: an array of copies of states, of whichever version they
 * are, in which a new user takes the place of an old one when it is full. Nothing is read back.
 */
public final class UserArray implements UserTable {
  private final AtomicReferenceArray<MemorySegment> states;

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
    // Out of the table while it is written, so that two threads never write to the same memory.
    MemorySegment kept = states.getAndSet(place, null);
    if (kept == null || kept.byteSize() != state.byteSize()) {
      kept = MemorySegment.ofArray(new byte[Math.toIntExact(state.byteSize())]);
    }
    state.copyTo(kept, 0);
    states.set(place, kept);
  }
}
