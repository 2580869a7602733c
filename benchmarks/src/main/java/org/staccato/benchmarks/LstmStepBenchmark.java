package org.staccato.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One step of a layer with as many inputs as hidden units, on an input vector: both products, the
 * activations and the cell. The state is carried from step to step.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LstmStepBenchmark {
  /** The number of inputs and of hidden units. */
  @Param({"32", "64", "128", "256"})
  int size;

  /** The type of the weights. */
  @Param({"F32", "BF16", "I8"})
  String weights;

  private LayerSteps steps;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public LstmStepBenchmark() {}

  /**
   * Maps random weights.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    steps = new LayerSteps(size, weights);
  }

  /** Unmaps the weights. */
  @TearDown
  public void close() {
    steps.close();
  }

  LayerSteps steps() {
    return steps;
  }

  /** A step on the vector backend. */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public void vector() {
    steps.step();
  }
}
