package org.staccato.benchmarks;

import java.io.IOException;
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
import org.staccato.ItemFilter;
import org.staccato.ItemSet;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.live.ModelVersion;

/**
 * The ten best of the items of a large catalogue that pass a filter. The sets are random, and each
 * ranking takes another set, so that the weights of the previous items are not in a cache.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FilteredTopKBenchmark {
  private static final int FILTERS = 64;

  /** The items that pass a filter. */
  public enum Filter {
    /** All items. */
    NONE,
    /** All but fifty items, a sparse set. */
    SEEN_50,
    /** A hundred items, a sparse set. */
    ALLOWED_100,
    /** A hundred items, a dense set with a bit for each item of the catalogue. */
    ALLOWED_100_BITS,
    /** A tenth of the catalogue, scattered. */
    CATEGORY,
    /** A tenth of the catalogue, scattered, except fifty items. */
    CATEGORY_SEEN_50;

    ItemFilter draw(Random random, ModelVersion version, ItemSet category) {
      return switch (this) {
        case NONE -> ItemFilter.NONE;
        case SEEN_50 -> ItemFilter.NONE.withSeen(small(random, version, 50));
        case ALLOWED_100 -> ItemFilter.NONE.withAllow(small(random, version, 100));
        case ALLOWED_100_BITS -> {
          ItemSet bits = new ItemSet(version);
          bits.addAll(small(random, version, 100));
          yield ItemFilter.NONE.withAllow(bits);
        }
        case CATEGORY -> ItemFilter.NONE.withAllow(category);
        case CATEGORY_SEEN_50 ->
            ItemFilter.NONE.withAllow(category).withSeen(small(random, version, 50));
      };
    }

    private static ItemSet small(Random random, ModelVersion version, int count) {
      int items = version.specification().ranking().items();
      return ItemSet.of(version, random.ints(count, 0, items).toArray(), count);
    }
  }

  /** The number of items. */
  @Param("1000000")
  int items;

  /** The number of hidden units. */
  @Param("64")
  int size;

  /** The weights: floats, or floats with coarse weights in eight bits. */
  @Param({"F32", "I8"})
  String types;

  /** The items that pass. */
  @Param Filter filter;

  private LiveModel live;
  private Scorer scorer;
  private UserState user;
  private Ranked ranked;
  private ItemFilter[] filters;
  private int next;

  /** Creates the benchmark for JMH. */
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up.
  public FilteredTopKBenchmark() {}

  /**
   * Opens a random model, advances a user and draws the sets.
   *
   * @throws IOException if the temporary file fails
   */
  @Setup
  public void open() throws IOException {
    live = LiveModel.open(BenchmarkWeights.write(BenchmarkWeights.wideOnTop(items, size), types));
    scorer = live.newScorer();
    user = scorer.newState();
    for (int step = 0; step < 10; step++) {
      scorer.step(user, 7 * step % items);
    }
    ranked = new Ranked(TopKBenchmark.K);
    Random random = new Random(items);
    ItemSet category = new ItemSet(live.version());
    for (int item = 0; item < items; item++) {
      if (random.nextInt(10) == 0) {
        category.add(item);
      }
    }
    filters = new ItemFilter[FILTERS];
    for (int i = 0; i < FILTERS; i++) {
      filters[i] = filter.draw(random, live.version(), category);
    }
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
    next = (next + 1) % FILTERS;
    return scorer.topK(user, TopKBenchmark.K, filters[next], ranked);
  }
}
