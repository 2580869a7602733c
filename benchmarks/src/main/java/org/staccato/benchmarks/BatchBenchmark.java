package org.staccato.benchmarks;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
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
import org.staccato.format.WeightFile;
import org.staccato.memory.LittleEndian;
import org.staccato.model.Weights;
import org.staccato.network.LayerBatch;
import org.staccato.network.LayerStack;

/**
 * One step of many users at once, of a layer with as many inputs as hidden units, on input vectors:
 * both products, the activations and the cell states.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchBenchmark {

  /** The number of users. */
  @Param("32")
  int users;

  /** The number of inputs and of hidden units. */
  @Param({"64", "128", "256"})
  int size;

  /** The type of the weights. */
  @Param({"F32", "BF16", "I8"})
  String weights;

  private WeightFile file;
  private LayerStack stack;
  private LayerBatch batch;
  private MemorySegment[] states;
  private float[] inputs;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public BatchBenchmark() {}

  /**
   * Maps random weights.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    Weights network = BenchmarkWeights.layer(size);
    file = WeightFile.open(BenchmarkWeights.write(network, weights));
    stack = LayerStack.open(file, network.specification());
    batch = new LayerBatch(stack, users, null);
    states = new MemorySegment[users];
    for (int i = 0; i < users; i++) {
      states[i] = stack.newState();
    }
    inputs = BenchmarkWeights.floats(new Random(1), users * size, 1);
  }

  /** Unmaps the weights. */
  @TearDown
  public void close() {
    file.close();
  }

  float hidden(int user, int unit) {
    long offset = stack.outputOffset() + (long) unit * Float.BYTES;
    return states[user].get(LittleEndian.FLOAT, offset);
  }

  /** Makes a step of all users on the vector backend. */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public void vector() {
    for (int i = 0; i < users; i++) {
      batch.setFeatures(i, inputs, i * size);
    }
    batch.step(states, false, users);
  }
}
