package org.staccato.load.scenario;

import java.util.List;
import org.staccato.load.latency.Interval;
import org.staccato.load.latency.LatencySeries;

/**
 * The measurements of a load with and without swaps.
 *
 * @param load the load
 * @param length the requested length
 * @param rate the requests of a second
 * @param rounds the number of times that the services took turns
 * @param services the measurements of each service
 */
public record SwapOutcome(
    LoadOptions load,
    SwapScenario.Length length,
    double rate,
    long rounds,
    List<OfService> services) {

  /**
   * The measurements of a service.
   *
   * @param name its name
   * @param filePrefix the prefix of the names of its files
   * @param steady the latencies without swaps
   * @param swap the latencies with swaps; empty if there were no swaps
   * @param publishing the time that the publishing thread took for each swap
   * @param service its answers, failures and resources
   * @param first the first steady segment and the first one with swaps
   */
  public record OfService(
      String name,
      String filePrefix,
      LatencySeries steady,
      LatencySeries swap,
      LatencySeries publishing,
      ServiceOutcome service,
      List<Segment> first) {

    /** {@return the number of swaps} */
    public long swaps() {
      return publishing.count();
    }
  }

  /**
   * One run of a loop.
   *
   * @param beginNanos the time of its start
   * @param intervals the requests that were served, by interval
   * @param swapNanos the times at which swaps began
   */
  public record Segment(long beginNanos, List<Interval> intervals, List<Long> swapNanos) {}
}
