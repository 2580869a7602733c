package org.staccato.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.ParameterStore;
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
import org.staccato.model.Lstm;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;

/**
 * The step of {@link LstmStepBenchmark} in PyTorch through DJL, with the same weights, on one
 * thread, without gradients. PyTorch makes new tensors for the state; those of the last step are
 * closed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DjlStepBenchmark {
  static {
    // PyTorch reads these properties when it is loaded. Offline, DJL takes PyTorch from the class
    // path only.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  /** The number of inputs and of hidden units. */
  @Param({"32", "64", "128", "256"})
  int size;

  private NDManager manager;
  private ParameterStore parameters;
  private LSTM lstm;
  private NDArray input;
  private NDArray hidden;
  private NDArray cell;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public DjlStepBenchmark() {}

  /** Creates the block and its tensors. */
  @Setup
  public void open() {
    manager = NDManager.newBaseManager("PyTorch");
    parameters = new ParameterStore(manager, false);
    lstm = LSTM.builder().setNumLayers(1).setStateSize(size).optReturnState(true).build();
    Weights network = BenchmarkWeights.layer(size);
    int rows = Lstm.GATES * size;
    List<NDArray> weights =
        List.of(
            create(network, RecurrentLayer.INPUT).reshape(rows, size),
            create(network, RecurrentLayer.RECURRENT).reshape(rows, size),
            create(network, Lstm.BIAS),
            manager.zeros(new Shape(rows))); // PyTorch has a second bias.
    for (int i = 0; i < weights.size(); i++) {
      lstm.getDirectParameters().valueAt(i).setArray(weights.get(i));
    }
    lstm.freezeParameters(true);
    Shape shape = new Shape(1, 1, size);
    input = manager.create(BenchmarkWeights.floats(new Random(1), size, 1), shape);
    hidden = manager.zeros(shape);
    cell = manager.zeros(shape);
  }

  private NDArray create(Weights network, String parameter) {
    return manager.create(OnnxLstm.array(network.ofLayer(0, parameter)));
  }

  /** Frees all tensors. */
  @TearDown
  public void close() {
    manager.close();
  }

  void setInput(float[] x) {
    input.set(x);
  }

  float hidden(int unit) {
    return hidden.getFloat(0, 0, unit);
  }

  /** A step. */
  @Benchmark
  @Fork(2)
  public void pyTorch() {
    NDList result = lstm.forward(parameters, new NDList(input, hidden, cell), false);
    hidden.close();
    cell.close();
    result.get(0).close();
    hidden = result.get(1);
    cell = result.get(2);
  }
}
