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

/** {@link LstmStepBenchmark} at every width of the vectors, and without vectors. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LstmWidthBenchmark {
  /** The number of inputs and of hidden units. */
  @Param({"32", "128"})
  int size;

  /** The type of the weights. */
  @Param({"F32", "BF16"})
  String weights;

  private LayerSteps steps;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public LstmWidthBenchmark() {}

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

  /** Makes a step with vectors of 512 bits, which are pairs of 256 bits on some machines. */
  @Benchmark
  @Fork(
      value = 1,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Dstaccato.vector.bits=512"})
  public void vector512() {
    steps.step();
  }

  /** Makes a step with vectors of 256 bits. */
  @Benchmark
  @Fork(
      value = 1,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Dstaccato.vector.bits=256"})
  public void vector256() {
    steps.step();
  }

  /** Makes a step with vectors of 128 bits. */
  @Benchmark
  @Fork(
      value = 1,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Dstaccato.vector.bits=128"})
  public void vector128() {
    steps.step();
  }

  /** Makes a step on the scalar backend. */
  @Benchmark
  @Fork(value = 1, jvmArgsAppend = "-Dstaccato.backend=scalar")
  public void scalar() {
    steps.step();
  }
}
