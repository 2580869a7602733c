package org.staccato.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
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
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.export.MemoryWriter;
import org.staccato.export.RememberedSequences;
import org.staccato.model.NeighbourMemory.Search;

/**
 * The twenty best of a catalogue by a network with a memory: the scores of all items, the sum of
 * their exponentials, the look-up of neighbours and the blend. The sizes are those of the log
 * serenade, the popularity of items falls as 1/rank, and each ranking takes another user of four
 * events.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MemoryLookupBenchmark {
  private static final int K = 20;
  private static final int USERS = 256;
  private static final int MEAN_LENGTH = 5;

  /** The number of items. */
  @Param("18009")
  int items;

  /** The number of sequences. */
  @Param("23753")
  int sequences;

  /** The number of hidden units: one as in a memory alone, or more. */
  @Param({"1", "128"})
  int size;

  /** Whether the model has the memory, or ranks without one for comparison. */
  @Param({"true", "false"})
  boolean memory;

  private LiveModel live;
  private Scorer scorer;
  private UserState[] users;
  private Ranked ranked;
  private int next;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public MemoryLookupBenchmark() {}

  /**
   * Opens a random model with a random memory, and advances the users.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    Random random = new Random(items);
    Path path = BenchmarkWeights.write(BenchmarkWeights.wideOnTop(items, size), "F32");
    if (memory) {
      MemoryWriter.write(path, path, draw(random), Search.usual(), 0.5f);
    }
    live = LiveModel.open(path);
    scorer = live.newScorer();
    users = new UserState[USERS];
    for (int user = 0; user < USERS; user++) {
      users[user] = scorer.newState();
      for (int event = 0; event < Search.usual().history(); event++) {
        scorer.step(users[user], popular(random));
      }
    }
    ranked = new Ranked(K);
  }

  private RememberedSequences draw(Random random) {
    RememberedSequences.Builder builder = new RememberedSequences.Builder(items);
    for (int sequence = 0; sequence < sequences; sequence++) {
      do {
        builder.add(popular(random));
      } while (random.nextInt(MEAN_LENGTH) != 0);
      builder.endSequence();
    }
    return builder.build();
  }

  /** Draws an item by its rank, whose logarithm is uniform. */
  private int popular(Random random) {
    return (int) Math.exp(random.nextDouble() * Math.log(items + 1.0)) - 1;
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    live.close();
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
    next = (next + 1) % USERS;
    return scorer.topK(users[next], K, ranked);
  }
}
