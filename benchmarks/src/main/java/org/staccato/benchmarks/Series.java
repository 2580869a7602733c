package org.staccato.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * The figures of one benchmark with one set of parameters over all rounds of a run.
 *
 * @param name who was measured, such as {@code LstmStep.vector}
 * @param parameters with which sizes, such as {@code 128/128}
 * @param micros the mean of each iteration, in microseconds
 * @param allocated the bytes allocated per call, the largest of all rounds
 */
record Series(String name, String parameters, List<Double> micros, double allocated) {

  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double least() {
    return sorted()[0];
  }

  double greatest() {
    double[] sorted = sorted();
    return sorted[sorted.length - 1];
  }

  private double[] sorted() {
    double[] sorted = micros.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
