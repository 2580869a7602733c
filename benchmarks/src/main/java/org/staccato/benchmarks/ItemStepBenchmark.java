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
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;

/**
 * One step of a layer on an item whose inputs are folded into a row: the row, the recurrent
 * product, the activations and the cell, through the API. The items come in a scattered order, so
 * that rows are fetched from wherever {@value #ITEMS} of them fit.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ItemStepBenchmark {
  static final int ITEMS = 1024;

  /** The number of hidden units. */
  @Param({"32", "64", "128", "256"})
  int size;

  /** The type of the weights. */
  @Param({"F32", "BF16", "I8"})
  String weights;

  private LiveModel live;
  private Scorer scorer;
  private UserState user;
  private int item;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public ItemStepBenchmark() {}

  /**
   * Opens a random model.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    live = LiveModel.open(BenchmarkWeights.write(BenchmarkWeights.network(ITEMS, size), weights));
    scorer = live.newScorer();
    user = scorer.newState();
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    live.close();
  }

  String backend() {
    return live.backend();
  }

  float hidden(int unit) {
    return user.hidden(0, unit);
  }

  /** The next item, in a full cycle through all of them. */
  int next() {
    item = (5 * item + 1) % ITEMS;
    return item;
  }

  /** A step on the vector backend. */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public void vector() {
    scorer.step(user, next());
  }
}
