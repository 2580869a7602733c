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
 * One step of the network of {@link StreamNetwork} in ONNX Runtime's Java API, on one thread. The
 * state goes in and out without a copy in Java.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OnnxRuntimeStreamBenchmark {
  private OnnxSession session;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public OnnxRuntimeStreamBenchmark() {}

  /**
   * Creates the session and its tensors.
   *
   * @throws OrtException if ONNX Runtime refuses the model
   */
  @Setup
  public void open() throws OrtException {
    session = new OnnxSession(OnnxLstm.stepWithOutput(StreamNetwork.random()));
    session.addInput("x", 1, StreamNetwork.SIZE);
    for (int layer = 0; layer < StreamNetwork.LAYERS; layer++) {
      session.addStates(layer, StreamNetwork.SIZE);
    }
    session.addOutput("y", 1);
    setInput(StreamNetwork.inputs(1));
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

  float output() {
    return session.get("y", 0);
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
