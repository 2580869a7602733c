package org.staccato.load.scenario;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.staccato.live.LiveGauges;
import org.staccato.load.latency.LatencySeries;

/**
 * What came of a soak.
 *
 * @param load the load
 * @param length how long, and how much trouble
 * @param rate the requests of a second
 * @param samples one for every second
 * @param latencies all latencies
 * @param replacements how often a good file was put in place
 * @param faults how often each fault happened
 * @param faultSeconds when
 * @param gauges what the model counted, before it was closed
 * @param errors the requests that failed
 * @param firstError why the first did
 * @param answers the answers by version, those of the warm-up included
 * @param held what was held before the load, after it, and after the model was closed
 */
public record SoakOutcome(
    LoadOptions load,
    SoakScenario.Length length,
    double rate,
    List<SoakSample> samples,
    LatencySeries latencies,
    long replacements,
    Map<Fault, Long> faults,
    double[] faultSeconds,
    LiveGauges gauges,
    long errors,
    Optional<Exception> firstError,
    AnswerCounts answers,
    List<SwapOutcome.Held> held) {}
