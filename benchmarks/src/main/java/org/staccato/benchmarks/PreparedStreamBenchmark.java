package org.staccato.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * {@link StreamBenchmark} with the recurrent products done before the event arrives: the rest of
 * the critical path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PreparedStreamBenchmark {

  /** The type of the weights. */
  @Param({"F32", "BF16"})
  String weights;

  private StreamSteps steps;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public PreparedStreamBenchmark() {}

  /**
   * Opens a random model.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    steps = new StreamSteps(weights);
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    steps.close();
  }

  StreamSteps steps() {
    return steps;
  }

  /** Prepares the state, as a service does after its last answer. */
  @Setup(Level.Invocation)
  public void prepare() {
    steps.prepare();
  }

  /**
   * A prepared step and its output on the vector backend.
   *
   * @return the number of outputs
   */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public int vector() {
    return steps.step();
  }
}
