package org.staccato.load.scenario;

import java.util.List;
import java.util.Map;
import org.staccato.live.LiveGauges;
import org.staccato.load.latency.LatencySeries;

/**
 * The measurements of a soak.
 *
 * @param load the load
 * @param length the requested length and number of faults
 * @param rate the requests of a second
 * @param samples one for every second
 * @param latencies all latencies
 * @param replacements the files that were put in place
 * @param service the answers, failures and resources of the service
 */
public record SoakOutcome(
    LoadOptions load,
    SoakScenario.Length length,
    double rate,
    List<SoakSample> samples,
    LatencySeries latencies,
    Replacements replacements,
    ServiceOutcome service) {

  /**
   * The files that replaced the followed file.
   *
   * @param good the number of good files
   * @param faults the number of occurrences of each fault
   * @param faultSeconds the times of the faults, in seconds from the beginning
   * @param gauges the gauges of the model after the load
   */
  public record Replacements(
      long good, Map<Fault, Long> faults, double[] faultSeconds, LiveGauges gauges) {}
}
