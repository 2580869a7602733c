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
import org.staccato.BatchScorer;
import org.staccato.LiveModel;

/**
 * A fresh window of {@value StreamNetwork#STEPS} steps of the network of {@link StreamNetwork}, and
 * the output after it, through the API.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WindowBenchmark {

  /** The type of the weights. */
  @Param({"F32", "BF16"})
  String weights;

  private LiveModel live;
  private BatchScorer scorer;
  private float[] window;
  private final float[] outputs = new float[1];

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public WindowBenchmark() {}

  /**
   * Opens a random model.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    live = LiveModel.open(BenchmarkWeights.write(StreamNetwork.random(), weights));
    scorer = live.newBatchScorer(StreamNetwork.STEPS);
    window = StreamNetwork.inputs(StreamNetwork.STEPS);
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    live.close();
  }

  float output() {
    return outputs[0];
  }

  /**
   * A window on the vector backend.
   *
   * @return the number of outputs
   */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public int vector() {
    return scorer.predict(window, StreamNetwork.STEPS, outputs);
  }
}
