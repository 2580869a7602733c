package org.staccato.swap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Detects two threads inside of an object at the same time. Both methods return true, so that
 * assertions can call them, and cost nothing if assertions are disabled.
 */
final class Confinement {
  private static final VarHandle INSIDE;

  static {
    try {
      INSIDE = MethodHandles.lookup().findVarHandle(Confinement.class, "inside", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Thread inside;

  /**
   * Lets this thread in.
   *
   * @throws AssertionError if a thread is inside
   */
  boolean enter() {
    if (!INSIDE.compareAndSet(this, null, Thread.currentThread())) {
      throw new AssertionError(
          "a scorer: used by "
              + Thread.currentThread()
              + " while "
              + inside
              + " uses it, expected one thread at a time");
    }
    return true;
  }

  /** Lets the thread that is inside out. */
  boolean exit() {
    inside = null;
    return true;
  }
}
