package org.staccato.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/**
 * One event of one of many users in a scattered order: {@code record} in a table of users, and the
 * cost of its parts. {@code copied} copies a state out of a table, steps it and copies it back, as
 * a record does; {@code inPlace} steps it in the memory of the table. Their difference is the time
 * that a record could save by stepping in that memory; the rest of a record is the lock, the index,
 * the order of use and the event.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class UserRecordBenchmark {
  private static final int EVENTS = 50;
  private static final int ALIGNMENT = 64;

  /** The number of hidden units. */
  @Param({"32", "64", "128"})
  int size;

  /** The number of users, a power of two: one user, whose state is in the cache, or many. */
  @Param({"1", "65536"})
  int users;

  private LiveModel live;
  private Scorer scorer;
  private UserState[] states;
  private MemorySegment memory;
  private UserState copy;
  private UserStates table;
  private UserScorer tableScorer;
  private int user;
  private int item;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public UserRecordBenchmark() {}

  /**
   * Opens a random model, and makes the users.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    live =
        LiveModel.open(
            BenchmarkWeights.write(BenchmarkWeights.network(ItemSteps.ITEMS, size), "F32"));
    scorer = live.newScorer();
    scorer.acquire();
    states = Stream.generate(scorer::newState).limit(users).toArray(UserState[]::new);
    copy = scorer.newState();
    memory = Arena.ofAuto().allocate(users * copy.byteSize(), ALIGNMENT);
    table = new UserStates(live, new UserStatesOptions(users, EVENTS));
    tableScorer = table.newScorer();
    tableScorer.acquire();
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    tableScorer.close();
    table.close();
    scorer.close();
    live.close();
  }

  /** Moves to the next user and the next item, each in a full cycle. */
  private void next() {
    user = (5 * user + 1) & (users - 1);
    item = ItemSteps.after(item);
  }

  /** Makes a step in the memory that keeps the state. */
  @Benchmark
  public void inPlace() {
    next();
    scorer.step(states[user], item);
  }

  /** Makes a step on a copy of the state, and copies it back. */
  @Benchmark
  public void copied() {
    next();
    copy.copyFrom(memory, user * copy.byteSize());
    scorer.step(copy, item);
    copy.copyTo(memory, user * copy.byteSize());
  }

  /** Records the event. */
  @Benchmark
  public void record() {
    next();
    tableScorer.record(user, item);
  }

  /** Restarts the cycles. */
  void restart() {
    user = 0;
    item = 0;
  }

  /** Returns a score of a user by the state of a benchmark. */
  float[] scores(int ofUser) {
    copy.copyFrom(memory, ofUser * copy.byteSize());
    return new float[] {
      scorer.score(states[ofUser], 1), scorer.score(copy, 1), tableScorer.score(ofUser, 1)
    };
  }
}
