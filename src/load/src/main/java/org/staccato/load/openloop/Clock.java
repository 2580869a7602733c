package org.staccato.load.openloop;

/** Tells the time and waits for it. */
public interface Clock {

  /** {@return the nanoseconds since a fixed moment} */
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
   * @param yields whether to let other threads run meanwhile, which is necessary if more threads
   *     wait than there are cores
   * @return the clock
   */
  @SuppressWarnings(
      "ThreadPriorityCheck") // Yielding only gives other threads time; nothing relies on it.
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
