package org.staccato.benchmarks;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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
import org.staccato.network.LayerWeights;
import org.staccato.network.ModelSpecification.Cell;
import org.staccato.network.RecurrentStack;

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
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The number of inputs and of hidden units. */
  @Param({"32", "64", "128", "256"})
  int size;

  /** The type of the weights. */
  @Param({"F32", "BF16", "I8"})
  String weights;

  private WeightFile file;
  private RecurrentStack stack;
  private MemorySegment state;
  private MemorySegment scratch;
  private MemorySegment input;

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
    LayerWeights layer = BenchmarkWeights.layer(size);
    file = BenchmarkWeights.open(layer, BenchmarkWeights.types(weights));
    stack = RecurrentStack.open(file, Cell.LSTM, size, List.of(size));
    state = stack.newState();
    scratch = stack.newScratch();
    input = stack.newInput();
    setInput(BenchmarkWeights.floats(new Random(1), size, 1));
  }

  /** Unmaps the weights. */
  @TearDown
  public void close() {
    file.close();
  }

  void setInput(float[] x) {
    MemorySegment.copy(x, 0, input, FLOAT, 0, size);
  }

  float hidden(int unit) {
    return state.get(FLOAT, stack.hiddenOffset(0) + (long) unit * Float.BYTES);
  }

  String backend() {
    return stack.backend();
  }

  /** A step on the vector backend. */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public void vector() {
    stack.step(state, false, scratch, input);
  }
}
