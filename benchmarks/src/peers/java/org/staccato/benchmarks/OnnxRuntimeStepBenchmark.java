package org.staccato.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
 * thread. The state goes in and out without a copy in Java: two sets of tensors in native memory
 * take turns as input and as pinned output.
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

  private OrtSession session;
  private FloatBuffer input;
  private FloatBuffer[] hidden;
  private Map<String, OnnxTensor>[] inputs;
  private Map<String, OnnxTensor>[] outputs;
  private int turn;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public OnnxRuntimeStepBenchmark() {}

  /**
   * Creates the session and its tensors.
   *
   * @throws OrtException if ONNX Runtime refuses the model
   */
  @Setup
  @SuppressWarnings({"unchecked", "rawtypes"}) // An array of two maps.
  public void open() throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      byte[] model = OnnxLstm.encode(BenchmarkWeights.layer(size));
      session = environment.createSession(model, options);
    }
    input = newBuffer();
    setInput(BenchmarkWeights.floats(new Random(1), size, 1));
    OnnxTensor x = newTensor(environment, input);
    hidden = new FloatBuffer[] {newBuffer(), newBuffer()};
    OnnxTensor[] h = {newTensor(environment, hidden[0]), newTensor(environment, hidden[1])};
    OnnxTensor[] c = {newTensor(environment, newBuffer()), newTensor(environment, newBuffer())};
    inputs = new Map[] {Map.of("x", x, "h", h[0], "c", c[0]), Map.of("x", x, "h", h[1], "c", c[1])};
    outputs = new Map[] {Map.of("y_h", h[1], "y_c", c[1]), Map.of("y_h", h[0], "y_c", c[0])};
  }

  private FloatBuffer newBuffer() {
    return ByteBuffer.allocateDirect(size * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private OnnxTensor newTensor(OrtEnvironment environment, FloatBuffer buffer)
      throws OrtException {
    return OnnxTensor.createTensor(environment, buffer, new long[] {1, 1, size});
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
    input.put(0, x);
  }

  float hidden(int unit) {
    return hidden[turn].get(unit);
  }

  /**
   * A step.
   *
   * @throws OrtException if it fails
   */
  @Benchmark
  @Fork(2)
  public void onnxRuntime() throws OrtException {
    session.run(inputs[turn], Set.of(), outputs[turn]).close();
    turn ^= 1;
  }
}
