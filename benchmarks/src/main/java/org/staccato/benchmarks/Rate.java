package org.staccato.benchmarks;

import java.util.function.ToDoubleFunction;

/**
 * The work of a benchmark in a second, in thousands of millions of units.
 *
 * @param heading the unit, such as {@code GB/s}
 * @param amount the units of one call, from the parameters
 */
record Rate(String heading, ToDoubleFunction<Series> amount) {

  /** The bytes of weights that a ranking reads. */
  static final Rate GIGABYTES =
      new Rate(
          "GB/s",
          series ->
              series.parameter("items", 0)
                  * series.parameter("size", 0)
                  * series.parameter("bytes", Float.BYTES));

  /** The additions and multiplications of both products of layers as wide as their inputs. */
  static final Rate GIGAFLOPS =
      new Rate(
          "GFLOP/s",
          series -> {
            double size = series.parameter("size", 0);
            return 16 * size * size * series.parameter("layers", 1) * series.parameter("users", 1);
          });

  /** Returns the rate at the median time. */
  double of(Series series) {
    return amount.applyAsDouble(series) / series.median() / 1e3;
  }
}
