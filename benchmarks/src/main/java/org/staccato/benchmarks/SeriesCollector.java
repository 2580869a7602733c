package org.staccato.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.MultisetStatistics;
import org.openjdk.jmh.util.Statistics;

/** Combines the results of the same benchmark from all rounds and from both modes. */
final class SeriesCollector {
  private final List<Double> means = new ArrayList<>();
  private final MultisetStatistics calls = new MultisetStatistics();
  private double allocated;

  private SeriesCollector() {}

  /** Returns a series per benchmark and set of parameters, in the order of the run. */
  static List<Series> collect(Collection<RunResult> results) {
    Map<Series, List<RunResult>> runs = new LinkedHashMap<>();
    for (RunResult result : results) {
      BenchmarkParams benchmark = result.getParams();
      SortedMap<String, String> parameters = new TreeMap<>();
      benchmark.getParamsKeys().forEach(key -> parameters.put(key, benchmark.getParam(key)));
      Series empty = new Series(name(benchmark.getBenchmark()), parameters, List.of(), null, 0);
      runs.computeIfAbsent(empty, absent -> new ArrayList<>()).add(result);
    }
    List<Series> all = new ArrayList<>();
    runs.forEach((empty, same) -> all.add(new SeriesCollector().fill(empty, same)));
    return all;
  }

  private Series fill(Series empty, List<RunResult> runs) {
    // Sampling takes time and memory, so the other figures come from runs without sampling, if any.
    boolean averaged = runs.stream().anyMatch(run -> run.getParams().getMode() == Mode.AverageTime);
    for (RunResult run : runs) {
      boolean sampled = run.getParams().getMode() == Mode.SampleTime;
      double micros = run.getParams().getTimeUnit().toNanos(1) / 1e3;
      for (BenchmarkResult fork : run.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          if (sampled) {
            addCalls(iteration.getPrimaryResult().getStatistics(), micros);
          }
          if (!sampled || !averaged) {
            means.add(iteration.getPrimaryResult().getScore() * micros);
          }
        }
        if (!sampled || !averaged) {
          Result<?> bytes = fork.getSecondaryResults().get("gc.alloc.rate.norm");
          allocated = Math.max(allocated, bytes == null ? Double.NaN : bytes.getScore());
        }
      }
    }
    return new Series(
        empty.name(), empty.parameters(), means, calls.getN() == 0 ? null : calls, allocated);
  }

  private void addCalls(Statistics statistics, double micros) {
    statistics
        .getRawData()
        .forEachRemaining(each -> calls.addValue(each.getKey() * micros, each.getValue()));
  }

  /** Returns the class without its suffix, and the method. */
  static String name(String benchmark) {
    String[] parts = benchmark.split("\\.", -1);
    String type = parts[parts.length - 2].replace("Benchmark", "");
    return type + "." + parts[parts.length - 1];
  }
}
