package org.staccato.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.util.Statistics;

/**
 * The figures of one benchmark with one set of parameters over all rounds of a run.
 *
 * @param name the name of the benchmark, such as {@code LstmStep.vector}
 * @param parameters its parameters, by name
 * @param means the mean of each iteration, in microseconds
 * @param calls the times of single calls in microseconds, if they were sampled
 * @param allocated the bytes allocated per call, the largest of all rounds
 */
record Series(
    String name,
    SortedMap<String, String> parameters,
    List<Double> means,
    @Nullable Statistics calls,
    double allocated) {

  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double least() {
    return sorted()[0];
  }

  double greatest() {
    return sorted()[means.size() - 1];
  }

  /** Returns a parameter, or a default if the benchmark has no parameter of that name. */
  double parameter(String parameter, double absent) {
    String value = parameters.get(parameter);
    return value == null ? absent : Double.parseDouble(value);
  }

  /** Returns whether another series has the same values of all parameters that both have. */
  boolean agreesWith(Series other) {
    return parameters.entrySet().stream()
        .allMatch(
            here ->
                here.getValue()
                    .equals(other.parameters.getOrDefault(here.getKey(), here.getValue())));
  }

  /** Returns all parameters, such as {@code items 3416, size 64}. */
  String sizes() {
    return parameters.entrySet().stream()
        .map((Map.Entry<String, String> each) -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  private double[] sorted() {
    return means.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }
}
