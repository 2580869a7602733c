package org.staccato.load.latency;

/** An action whose single calls {@link LatencyMeasurement} times. */
@FunctionalInterface
public interface TimedAction {

  /** Prepares the next call of {@link #run()} outside of the timing. By default it does nothing. */
  default void prepare() {}

  /** Runs the action once. */
  void run();
}
