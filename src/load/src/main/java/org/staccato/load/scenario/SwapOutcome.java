package org.staccato.load.scenario;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.openloop.Interval;

/**
 * What came of a load with and without swaps.
 *
 * @param load the load
 * @param length what was wanted
 * @param rate the requests of a second
 * @param rounds how often the services took turns
 * @param services what was measured of each
 */
public record SwapOutcome(
    LoadOptions load,
    SwapScenario.Length length,
    double rate,
    long rounds,
    List<OfService> services) {

  /**
   * What was measured of a service.
   *
   * @param name its name
   * @param filePrefix what the names of its files begin with
   * @param steady the latencies without swaps
   * @param swap the latencies with swaps; empty if there were none
   * @param publishing how long the publishing thread took for a swap
   * @param swaps the number of swaps
   * @param errors the requests that failed
   * @param firstError why the first did
   * @param answers the answers by version, those of the warm-up included
   * @param held what was held before the load, after it, and after the service was closed
   * @param first the first steady segment and the first one with swaps
   */
  public record OfService(
      String name,
      String filePrefix,
      LatencySeries steady,
      LatencySeries swap,
      LatencySeries publishing,
      long swaps,
      long errors,
      Optional<Exception> firstError,
      AnswerCounts answers,
      List<Held> held,
      List<Segment> first) {

    /**
     * Compares the latencies with swaps to those without.
     *
     * @param percentile from 0 to 100
     * @return the one divided by the other
     */
    public double ratio(double percentile) {
      return (double) swap.nanosAt(percentile) / Math.max(1, steady.nanosAt(percentile));
    }
  }

  /**
   * One run of a loop.
   *
   * @param beginNanos when it began
   * @param intervals what was served
   * @param swapNanos when swaps began
   */
  public record Segment(long beginNanos, List<Interval> intervals, List<Long> swapNanos) {}

  /**
   * What was held at one moment.
   *
   * @param service by the service
   * @param process by the process
   */
  public record Held(Service.Holdings service, ProcessResources process) {
    static final Held NOTHING =
        new Held(new Service.Holdings(0, 0), new ProcessResources(0, 0, 0, 0));

    static Held now(Service service, List<String> fileNames) throws IOException {
      return new Held(service.holdings(), ProcessResources.now(fileNames));
    }
  }
}
