package org.staccato.benchmarks;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
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
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.network.RecurrentBatch;
import org.staccato.network.RecurrentStack;

/**
 * One step of many users at once, of a layer with as many inputs as hidden units, on input vectors:
 * both products, the activations and the cells.
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
  private RecurrentStack stack;
  private RecurrentBatch batch;
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
    file = BenchmarkWeights.open(BenchmarkWeights.layer(size), BenchmarkWeights.types(weights));
    stack = RecurrentStack.open(file, Cell.LSTM, size, List.of(size));
    batch = new RecurrentBatch(stack, users);
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
    long offset = stack.hiddenOffset(0) + (long) unit * Float.BYTES;
    return states[user].get(LittleEndian.FLOAT, offset);
  }

  /** A step of all users on the vector backend. */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public void vector() {
    for (int i = 0; i < users; i++) {
      batch.setInput(i, inputs, i * size);
    }
    batch.advance(states, false, users);
  }
}
