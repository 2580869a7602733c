package org.staccato.load.latency;

/** An action of which {@link LatencyMeasurement} times single calls. */
@FunctionalInterface
public interface TimedAction {

  /** Prepares the next call of {@link #run()}; this is not timed. By default it does nothing. */
  default void prepare() {}

  /** Runs the action once. */
  void run();
}
