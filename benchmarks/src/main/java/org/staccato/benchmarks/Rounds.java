package org.staccato.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs benchmarks in turns: a round runs each benchmark in one JVM, so that a slow minute of the
 * machine affects all of them alike.
 */
final class Rounds {
  /** Seconds of warm-up in each JVM. */
  static final int WARM_UPS = 3;

  /** Seconds of measurement in each JVM, one iteration per second. */
  static final int MEASUREMENTS = 3;

  private Rounds() {}

  /** Runs the benchmarks that match a regular expression. */
  static List<RunResult> run(int rounds, String benchmarks) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(benchmarks)
            .forks(1)
            .warmupIterations(WARM_UPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(MEASUREMENTS)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .build();
    List<RunResult> results = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      results.addAll(new Runner(options).run());
    }
    return results;
  }
}
