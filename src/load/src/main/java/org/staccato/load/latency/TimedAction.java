package org.staccato.load.latency;

/** An action whose single calls are timed. */
@FunctionalInterface
public interface TimedAction {

  /**
   * Brings about the state in which {@link #run()} is to be timed; not timed itself. Does nothing
   * unless overridden.
   */
  default void prepare() {}

  /** Does once what is timed. */
  void run();
}
