package org.staccato.load.openloop;

/** Tells the time and waits for it. */
public interface Clock {

  /** {@return the nanoseconds since a moment that stays the same} */
  long nanos();

  /**
   * Waits until a time; returns at once if it has passed.
   *
   * @param nanos the time
   */
  void await(long nanos);

  /**
   * Makes a clock of the system's time, which spins while it waits: a thread that sleeps wakes up
   * tens of microseconds late, which is many times the latency of a request.
   *
   * @param yields whether other threads may run meanwhile, which more waiting threads than cores
   *     need
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
