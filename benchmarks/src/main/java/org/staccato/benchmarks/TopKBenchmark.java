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
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;

/** The ten best items of a whole catalogue, scored exactly. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TopKBenchmark {
  static final int K = 10;

  /** The number of items: by default that of MovieLens 1M. */
  @Param("3416")
  int items;

  /** The number of hidden units. */
  @Param("64")
  int size;

  private LiveModel live;
  private Scorer scorer;
  private UserState[] users;
  private Ranked ranked;
  private int next;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public TopKBenchmark() {}

  /**
   * Opens a random model and advances some users.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    live = LiveModel.open(BenchmarkWeights.write(BenchmarkWeights.network(items, size)));
    scorer = live.newScorer();
    ranked = new Ranked(K);
    users = new UserState[16];
    for (int i = 0; i < users.length; i++) {
      users[i] = scorer.newState();
      for (int step = 0; step <= i; step++) {
        scorer.step(users[i], (31 * i + 7 * step) % items);
      }
    }
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    live.close();
  }

  Ranked ranked() {
    return ranked;
  }

  float score(int item) {
    return scorer.score(users[next % users.length], item);
  }

  private int rank() {
    next = (next + 1) % users.length;
    return scorer.topK(users[next], K, ranked);
  }

  /**
   * A ranking on the vector backend.
   *
   * @return the number of items
   */
  @Benchmark
  @Fork(
      value = 2,
      jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
  public int vector() {
    return rank();
  }

  /**
   * A ranking on the scalar backend.
   *
   * @return the number of items
   */
  @Benchmark
  @Fork(value = 1, jvmArgsAppend = "-Dstaccato.backend=scalar")
  public int scalar() {
    return rank();
  }
}
