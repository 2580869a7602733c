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

  /** The number of items: that of MovieLens 1M, of a shop, of a marketplace. */
  @Param({"1024", "3416", "10000", "100000", "1000000"})
  int items;

  /** The number of hidden units. */
  @Param("64")
  int size;

  /**
   * The bytes of a weight: 4 for f32, 2 for bf16, and 1 for eight bits that find the candidates
   * whose exact scores in f32 decide.
   */
  @Param({"4", "2", "1"})
  int bytes;

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
    String types = bytes == 4 ? "F32" : bytes == 2 ? "BF16" : "I8";
    live = LiveModel.open(BenchmarkWeights.write(BenchmarkWeights.wideOnTop(items, size), types));
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
   * Ranks on the vector backend.
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
}
