package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.export.MatrixTypes;
import org.staccato.rank.ItemWords;
import org.staccato.rank.SharedRanking;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * A scorer drops the sets of a filter when a call ends, whether it returns or throws, because the
 * sets may be large and belong to a version retired long ago.
 */
class FilterReleaseTest {
  /** A number of items large enough for workers to help. */
  private static final int ITEMS = SharedRanking.LEAST_BLOCKS * 64 + 77;

  private static final int CAPACITY = 9;
  private static final long LIMIT_NANOS = 60_000_000_000L;

  @TempDir Path folder;

  @Test
  void aScorerAndItsWorkers() throws IOException {
    for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.I8)) {
      try (LiveModel live = open(types);
          RankingWorkers workers = new RankingWorkers(2)) {
        Scorer alone = live.newScorer();
        Scorer helped = live.newScorer(workers);
        UserState user = alone.newState();
        Ranked ranked = new Ranked();
        assertReleased(live, filter -> alone.topK(user, 10, filter, ranked), alone);
        assertReleased(live, filter -> helped.topK(user, 10, filter, ranked), helped);
      }
    }
  }

  @Test
  void aScorerWhoseWorkersAreClosed() throws IOException {
    RankingWorkers workers = new RankingWorkers(1);
    workers.close();
    try (LiveModel live = open(MatrixTypes.F32)) {
      Scorer scorer = live.newScorer(workers);
      UserState user = scorer.newState();
      assertReleased(
          live,
          filter ->
              assertThrows(
                  IllegalStateException.class, () -> scorer.topK(user, 10, filter, new Ranked())),
          scorer);
    }
  }

  @Test
  void aBatchScorer() throws IOException {
    for (MatrixTypes types : List.of(MatrixTypes.F32, MatrixTypes.I8)) {
      try (LiveModel live = open(types)) {
        BatchScorer batch = live.newBatchScorer(CAPACITY);
        UserState[] users =
            Stream.generate(batch::newState).limit(CAPACITY).toArray(UserState[]::new);
        Ranked[] ranked = Stream.generate(Ranked::new).limit(CAPACITY).toArray(Ranked[]::new);
        for (int count : new int[] {1, 5, CAPACITY}) {
          assertReleased(live, filter -> batch.topK(users, count, 10, filter, ranked), batch);
          assertReleased(
              live, filter -> batch.topK(users, count, 10, filters(filter), ranked), batch);
        }
        Ranked[] incomplete = new Ranked[CAPACITY];
        System.arraycopy(ranked, 0, incomplete, 0, 2);
        assertReleased(
            live,
            filter ->
                assertThrows(
                    NullPointerException.class,
                    () -> batch.topK(users, CAPACITY, 10, filters(filter), incomplete)),
            batch);
        batch.topK(users, CAPACITY, 10, ItemFilter.NONE, ranked);
        assertEquals(10, ranked[CAPACITY - 1].size());
      }
    }
  }

  private LiveModel open(MatrixTypes types) throws IOException {
    return LiveModel.open(
        RandomNetworks.write(
            folder.resolve("model.safetensors"),
            RandomNetworks.network(RandomSeed.random(1), ITEMS, 3, 9),
            types));
  }

  private static ItemFilter[] filters(ItemFilter filter) {
    ItemFilter[] filters = new ItemFilter[CAPACITY];
    Arrays.fill(filters, filter);
    return filters;
  }

  /** Ranks with new sets, and waits until the collector finds that nothing refers to them. */
  private static void assertReleased(LiveModel live, Consumer<ItemFilter> call, Object scorer) {
    try {
      List<WeakReference<ItemWords>> sets = rank(live, call);
      long start = System.nanoTime();
      while (held(sets) > 0 && System.nanoTime() - start < LIMIT_NANOS) {
        System.gc();
      }
      assertEquals(0, held(sets), "sets that the scorer still refers to");
    } finally {
      Reference.reachabilityFence(scorer);
    }
  }

  private static List<WeakReference<ItemWords>> rank(LiveModel live, Consumer<ItemFilter> call) {
    int[] even = IntStream.range(0, ITEMS / 2).map(i -> 2 * i).toArray();
    ItemSet seen = ItemSet.of(live.version(), new int[] {2, 4, 4000}, 3);
    ItemSet allow = new ItemSet(live.version());
    allow.set(even, even.length);
    ItemSet deny = new ItemSet(live.version());
    deny.add(6);
    call.accept(new ItemFilter(seen, allow, deny));
    return Stream.of(seen, allow, deny).map(set -> new WeakReference<>(set.words())).toList();
  }

  private static long held(List<WeakReference<ItemWords>> sets) {
    return sets.stream().filter(set -> set.get() != null).count();
  }
}
