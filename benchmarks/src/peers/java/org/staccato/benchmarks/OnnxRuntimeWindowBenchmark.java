package org.staccato.benchmarks;

import ai.onnxruntime.OrtException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A fresh window of {@value StreamNetwork#STEPS} steps of the network of {@link StreamNetwork} in
 * one call of ONNX Runtime's Java API, on one thread, from the initial state of zeros.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OnnxRuntimeWindowBenchmark {
  private OnnxSession session;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public OnnxRuntimeWindowBenchmark() {}

  /**
   * Creates the session and its tensors.
   *
   * @throws OrtException if ONNX Runtime refuses the model
   */
  @Setup
  public void open() throws OrtException {
    session = new OnnxSession(OnnxLstm.window(StreamNetwork.random(), StreamNetwork.STEPS));
    session.addInput("x", StreamNetwork.STEPS, StreamNetwork.SIZE);
    session.addOutput("y", 1);
    session.set("x", StreamNetwork.inputs(StreamNetwork.STEPS));
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

  float output() {
    return session.get("y", 0);
  }

  /**
   * A window.
   *
   * @throws OrtException if it fails
   */
  @Benchmark
  @Fork(2)
  public void onnxRuntime() throws OrtException {
    session.run();
  }
}
