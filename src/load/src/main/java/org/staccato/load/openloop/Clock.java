package org.staccato.load.openloop;

/** Tells the time and waits for it. */
public interface Clock {

  /** {@return the nanoseconds since some moment} */
  long nanos();

  /**
   * Returns at a time, or at once if it has passed.
   *
   * @param nanos the time
   */
  void await(long nanos);

  /**
   * The clock of the system, which waits without giving its core away: a thread that sleeps wakes
   * up tens of microseconds late, many times what a request takes.
   *
   * @param yields whether other threads may run meanwhile, for when there are more waiting threads
   *     than cores
   * @return the clock
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // The thread that is yielded to gains time; nothing relies on it.
  static Clock system(boolean yields) {
    return new Clock() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void await(long nanos) {
        while (System.nanoTime() - nanos < 0) {
          if (yields) {
            Thread.yield();
          } else {
            Thread.onSpinWait();
          }
        }
      }
    };
  }
}
