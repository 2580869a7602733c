package org.staccato;

import org.jspecify.annotations.Nullable;

/** Remembers the first thread that uses an object, and notices any other. */
final class Confinement {
  private final String what;
  private @Nullable Thread owner;

  Confinement(String what) {
    this.what = what;
  }

  /**
   * Returns true, so that it can stand in an assertion.
   *
   * @throws AssertionError if this thread is not the first that asks
   */
  boolean holds() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    if (owner != Thread.currentThread()) {
      throw new AssertionError(
          what + ": used by " + Thread.currentThread() + ", expected its first user " + owner);
    }
    return true;
  }
}
