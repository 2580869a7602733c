package org.staccato.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.staccato.BatchScorer;
import org.staccato.ItemFilter;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;

/**
 * The ten best items of a whole catalogue for each of 32 users, in batches. An operation is the
 * ranking of one user.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BatchTopKBenchmark {
  static final int USERS = 32;
  private static final String MODULES = "--add-modules";
  private static final String VECTOR = "jdk.incubator.vector";

  /** The number of items: that of a shop, of a marketplace. */
  @Param({"100000", "1000000"})
  int items;

  /** The number of hidden units. */
  @Param("64")
  int size;

  /**
   * The types of the weights; with I8 those of the ranking are F32, and coarse weights of eight
   * bits find the items.
   */
  @Param("F32")
  String weights;

  private LiveModel live;
  private Scorer scorer;
  private BatchScorer batch;
  private UserState[] users;
  private UserState[] some;
  private Ranked[] ranked;
  private Ranked[] results;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public BatchTopKBenchmark() {}

  /**
   * Opens a random model and advances the users.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    live = LiveModel.open(BenchmarkWeights.write(BenchmarkWeights.wideOnTop(items, size), weights));
    scorer = live.newScorer();
    batch = live.newBatchScorer(USERS);
    users = new UserState[USERS];
    some = new UserState[USERS];
    ranked = new Ranked[USERS];
    results = new Ranked[USERS];
    for (int i = 0; i < USERS; i++) {
      users[i] = scorer.newState();
      ranked[i] = new Ranked(TopKBenchmark.K);
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

  Ranked[] ranked() {
    return ranked;
  }

  private void rank(int count) {
    for (int first = 0; first < USERS; first += count) {
      System.arraycopy(users, first, some, 0, count);
      System.arraycopy(ranked, first, results, 0, count);
      batch.topK(some, count, TopKBenchmark.K, ItemFilter.NONE, results);
    }
  }

  /** Ranks for one user at a time, with a scorer. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  @Fork(
      value = 2,
      jvmArgsAppend = {MODULES, VECTOR})
  public void oneAtATime() {
    for (int i = 0; i < USERS; i++) {
      scorer.topK(users[i], TopKBenchmark.K, ranked[i]);
    }
  }

  /** Ranks in batches of one user. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  @Fork(
      value = 2,
      jvmArgsAppend = {MODULES, VECTOR})
  public void batchesOf1() {
    rank(1);
  }

  /** Ranks in batches of four users. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  @Fork(
      value = 2,
      jvmArgsAppend = {MODULES, VECTOR})
  public void batchesOf4() {
    rank(4);
  }

  /** Ranks in batches of eight users. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  @Fork(
      value = 2,
      jvmArgsAppend = {MODULES, VECTOR})
  public void batchesOf8() {
    rank(8);
  }

  /** Ranks in one batch of all users. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  @Fork(
      value = 2,
      jvmArgsAppend = {MODULES, VECTOR})
  public void batchesOf32() {
    rank(32);
  }
}
