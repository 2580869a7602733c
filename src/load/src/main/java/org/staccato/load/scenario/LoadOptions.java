package org.staccato.load.scenario;

import java.time.Duration;
import org.staccato.load.openloop.Arrivals;
import org.staccato.load.openloop.Clock;

/**
 * The load of a scenario.
 *
 * @param threads the number of threads that serve
 * @param arrivals the distribution of the arrivals
 * @param rate the requests of a second; 0 to measure the time of a request and choose the rate by
 *     {@code load}
 * @param load the share of one core that the requests take together, if the rate is chosen
 * @param firstCore the core of the first thread; the next threads take the next cores; −1 to leave
 *     the choice to the system
 * @param warmUp the time for which requests are served before the measurement
 */
public record LoadOptions(
    int threads, Arrivals arrivals, double rate, double load, int firstCore, Duration warmUp) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there is no thread, the rate is negative or above 10⁹, or
   *     the load is not above 0 or above the number of threads
   */
  public LoadOptions {
    if (threads < 1 || !(rate >= 0 && rate <= 1e9) || !(load > 0 && load <= threads)) {
      throw new IllegalArgumentException(
          "found "
              + threads
              + " threads, a rate of "
              + rate
              + " and a load of "
              + load
              + ", expected at least 1 thread, a rate of 0 to 1e9, and a load above 0 and at most"
              + " the number of threads");
    }
  }

  /** Makes a clock that suits this number of threads. */
  Clock clock() {
    // The publisher and the JVM's own threads need one core. A bound thread has its core alone.
    return Clock.system(firstCore < 0 && threads >= Runtime.getRuntime().availableProcessors());
  }
}
