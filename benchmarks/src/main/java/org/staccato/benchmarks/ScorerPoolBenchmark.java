package org.staccato.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.ScorerPool;
import org.staccato.UserState;

/**
 * The cost of borrowing a scorer for one step of 32 units on an item, instead of owning it. Run it
 * with {@code -t 2} for two threads that share the pool.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class ScorerPoolBenchmark {
  private static final int UNITS = 32;
  private static final int IDLE = 8;

  private LiveModel live;
  private ScorerPool<Scorer> pool;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public ScorerPoolBenchmark() {}

  /** The state of a thread that scores. */
  @State(Scope.Thread)
  public static class Caller {
    private Scorer scorer;
    private UserState user;
    private int item;

    /** Creates the state for JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
    public Caller() {}

    /**
     * Takes a scorer.
     *
     * @param benchmark the model
     */
    @Setup
    public void open(ScorerPoolBenchmark benchmark) {
      scorer = benchmark.live.newScorer();
      user = scorer.newState();
    }

    private int next() {
      item = ItemSteps.after(item);
      return item;
    }
  }

  /**
   * Opens a random model.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    live =
        LiveModel.open(
            BenchmarkWeights.write(BenchmarkWeights.network(ItemSteps.ITEMS, UNITS), "F32"));
    pool = new ScorerPool<>(IDLE, live::newScorer);
  }

  /** Closes the model. */
  @TearDown(Level.Trial)
  public void close() {
    pool.close();
    live.close();
  }

  /**
   * Makes a step with the thread's own scorer.
   *
   * @param caller the calling thread's state
   */
  @Benchmark
  public void owned(Caller caller) {
    caller.scorer.step(caller.user, caller.next());
  }

  /**
   * Makes a step with a borrowed scorer.
   *
   * @param caller the calling thread's state
   */
  @Benchmark
  public void borrowed(Caller caller) {
    Scorer scorer = pool.borrow();
    try {
      scorer.step(caller.user, caller.next());
    } finally {
      pool.giveBack(scorer);
    }
  }
}
