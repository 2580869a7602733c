package org.staccato.benchmarks;

import ai.onnxruntime.OrtException;
import java.util.Random;
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
 * The step of {@link LstmStepBenchmark} in ONNX Runtime's Java API, with the same weights, on one
 * thread. The state goes in and out without a copy in Java.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OnnxRuntimeStepBenchmark {

  /** The number of inputs and of hidden units. */
  @Param({"32", "64", "128", "256"})
  int size;

  private OnnxSession session;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public OnnxRuntimeStepBenchmark() {}

  /**
   * Creates the session and its tensors.
   *
   * @throws OrtException if ONNX Runtime refuses the model
   */
  @Setup
  public void open() throws OrtException {
    session = new OnnxSession(OnnxLstm.step(BenchmarkWeights.layer(size)));
    session.addInput("x", 1, size);
    session.addStates(0, size);
    setInput(BenchmarkWeights.floats(new Random(1), size, 1));
  }

  /**
   * Closes the session.
   *
   * @throws OrtException if it cannot be closed
   */
  @TearDown
  public void close() throws OrtException {
    session.close();
  }

  void setInput(float[] x) {
    session.set("x", x);
  }

  float hidden(int unit) {
    return session.hidden(0, unit);
  }

  /**
   * A step.
   *
   * @throws OrtException if it fails
   */
  @Benchmark
  @Fork(2)
  public void onnxRuntime() throws OrtException {
    session.run();
  }
}
