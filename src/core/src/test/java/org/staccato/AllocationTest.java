package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.export.MatrixTypes;
import org.staccato.export.MemoryWriter;
import org.staccato.export.RememberedSequences;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.model.Activation;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.Event;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.model.Ranking;
import org.staccato.testkit.Cell;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * A scorer allocates nothing after its creation. The vector kernels box their vectors until C2 has
 * compiled them, so the test repeats each call until a whole batch of calls allocates nothing; the
 * next batch must then allocate nothing either.
 */
class AllocationTest {
  private static final int CALLS = 2_000;
  private static final long WARM_UP_NANOS = 60_000_000_000L;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  /** A call that takes its number, so that the arguments vary. */
  private interface Call {
    void run(int number);
  }

  @Test
  void nothingAllocatesOnceCompiled() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    int items = 500;
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, items, 8, 33, 17))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      UserState other = scorer.newState();
      Ranked ranked = new Ranked();
      ItemSet seen = new ItemSet(live.version());
      ItemSet deny = new ItemSet(live.version());
      ItemSet allow = new ItemSet(live.version());
      for (int item = 0; item < items; item += 2) {
        allow.add(item);
      }
      ItemFilter filter = new ItemFilter(seen, allow, deny);
      int[] candidates = {3, 4, 400, 77, 499};
      float[] scores = new float[items];
      assertAllocatesNothing("step", i -> scorer.step(user, i % items));
      assertAllocatesNothing("topK", i -> scorer.topK(user, 1 + i % 10, ranked));
      assertAllocatesNothing(
          "filtered topK",
          i -> {
            seen.add(i % items);
            deny.add(i * 7 % items);
            scorer.topK(user, 10, filter, ranked);
            if (seen.size() > items / 2) {
              seen.clear();
              deny.clear();
            }
          });
      ItemSet viewed = ItemSet.of(live.version(), new int[50], 50);
      ItemSet shelf = ItemSet.of(live.version(), new int[] {3, 70, 71, 72, 73, 74, 75, 499}, 8);
      ItemFilter sparse = new ItemFilter(viewed, shelf, null);
      int[] events = new int[50];
      assertAllocatesNothing(
          "topK with sparse sets",
          i -> {
            events[i % 50] = i * 7 % items;
            viewed.set(events, 50);
            seen.addAll(viewed);
            seen.andNot(shelf);
            scorer.topK(user, 10, sparse, ranked);
          });
      Diversity diversity = new Diversity(0.7f, 50).withCategories(new int[items], 8);
      assertAllocatesNothing("diverse topK", i -> scorer.topK(user, 10, filter, diversity, ranked));
      assertAllocatesNothing("score", i -> scorer.score(user, i % items));
      assertAllocatesNothing(
          "score of a batch", i -> scorer.score(user, candidates, candidates.length, scores));
      assertAllocatesNothing("scores", i -> scorer.scores(user, scores));
      assertAllocatesNothing(
          "copy and reset",
          i -> {
            other.copyFrom(user);
            scorer.reset(other);
          });
      assertAllocatesNothing(
          "key", i -> scorer.step(user, live.itemKeys().indexOf(100 + i % items)));
    }
  }

  @Test
  void keysOfEitherKindAsBytes() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    int items = 500;
    List<String> texts = IntStream.range(0, items).mapToObj(item -> "größe " + item).toList();
    for (ItemKeySource source :
        List.of(
            ItemKeySource.of(texts),
            ItemKeySource.of(RandomSeed.random(1).longs(items).toArray()))) {
      try (LiveModel live = LiveModel.open(ModelFiles.keyed(folder, 1, items, source))) {
        Scorer scorer = live.newScorer();
        UserState user = scorer.newState();
        byte[] key = new byte[ItemKeys.TEXT_LIMIT];
        assertAllocatesNothing(
            live.itemKeys().kind() + " keys as bytes",
            i -> {
              scorer.acquire();
              int length = scorer.itemKeys().copyText(i % items, key);
              scorer.step(user, scorer.itemKeys().indexOf(key, 0, length));
              scorer.release();
            });
      }
    }
  }

  @Test
  void preparedStepsAndBatchesOfItems() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    int items = 500;
    for (Cell cell : Cell.values()) {
      try (LiveModel live = LiveModel.open(ModelFiles.random(folder, cell, 1, items, 8, 33, 17))) {
        Scorer scorer = live.newScorer();
        UserState user = scorer.newState();
        BatchScorer batch = live.newBatchScorer(7);
        UserState[] users = Stream.generate(scorer::newState).limit(7).toArray(UserState[]::new);
        int[] events = new int[7];
        assertAllocatesNothing(
            cell + " prepared step",
            i -> {
              scorer.prepare(user);
              scorer.step(user, i % items);
            });
        assertAllocatesNothing(
            cell + " batch",
            i -> {
              events[i % 7] = i % items;
              batch.step(users, events, 7);
            });
        assertAllocatesNothing(
            cell + " prepared batch",
            i -> {
              batch.prepare(users, 7);
              batch.step(users, events, 7);
            });
        Ranked[] ranked = Stream.generate(Ranked::new).limit(7).toArray(Ranked[]::new);
        float[][] scores = new float[7][items];
        assertAllocatesNothing(
            cell + " batch of rankings",
            i -> batch.topK(users, 1 + i % 7, 1 + i % 10, ItemFilter.NONE, ranked));
        ItemSet dense = new ItemSet(live.version());
        ItemSet sparse = ItemSet.of(live.version(), new int[] {3, 70, 499}, 3);
        ItemFilter[] filters = new ItemFilter[7];
        Arrays.fill(filters, new ItemFilter(sparse, null, dense));
        assertAllocatesNothing(
            cell + " batch of filtered rankings",
            i -> {
              dense.add(i * 7 % items);
              batch.topK(users, 1 + i % 7, 10, filters, ranked);
              if (dense.size() > items / 2) {
                dense.clear();
              }
            });
        assertAllocatesNothing(
            cell + " batch of scores",
            i -> {
              batch.scores(users, 1 + i % 7, scores);
              batch.score(users, events, 7, scores[0]);
            });
      }
    }
  }

  @Test
  void eventsWithAttributesAndPredictions() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(500, 8, ItemKeys.Kind.LONG, Kinds.attributes()),
            RandomNetworks.layers(Cell.LSTM, 8, 33),
            List.of(new Ranking(Ranking.ITEM, 33, 500, false, Link.SIGMOID)));
    Path path = folder.resolve("events.safetensors");
    ModelFiles.write(path, RandomNetworks.weights(RandomSeed.random(1), specification));
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      BatchScorer batch = live.newBatchScorer(3);
      UserState[] users = Stream.generate(scorer::newState).limit(3).toArray(UserState[]::new);
      Event event = new Event();
      Event[] events = {event, event, event};
      assertAllocatesNothing(
          "step on an event",
          i -> {
            event.clear().item(i % 500).type(i % 3 == 0 ? "buy" : "other").value(i % 5);
            event.millis(1_000L * i * i).previousMillis(1_000L * i);
            scorer.step(user, event);
          });
      assertAllocatesNothing("prediction", i -> scorer.predict(user, i % 500));
      assertAllocatesNothing("batch of events", i -> batch.step(users, events, 3));
    }
  }

  @Test
  void rankingsWithCoarseWeights() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    int items = 2000;
    Path path = folder.resolve("coarse.safetensors");
    RandomNetworks.write(
        path, RandomNetworks.network(RandomSeed.random(1), items, 8, 33), MatrixTypes.I8);
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      Ranked ranked = new Ranked();
      ItemSet seen = new ItemSet(live.version());
      ItemFilter filter = ItemFilter.NONE.withSeen(seen);
      assertAllocatesNothing(
          "ranking with coarse weights",
          i -> {
            scorer.step(user, i % items);
            scorer.topK(user, 1 + i % 10, filter, ranked);
            seen.add(ranked.item(0));
            if (seen.size() > items / 2) {
              seen.clear();
            }
          });
    }
  }

  @Test
  void rankingsWithAMemory() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    int items = 500;
    Path path = ModelFiles.random(folder, 1, items, 8, 17);
    RememberedSequences sequences = RandomNetworks.remembered(RandomSeed.random(1), items, 2000, 6);
    MemoryWriter.write(path, path, sequences, new Search(100, 30, 4), 0.5f);
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      Ranked ranked = new Ranked();
      float[] scores = new float[items];
      assertAllocatesNothing(
          "step and topK",
          i -> {
            scorer.step(user, i % items);
            scorer.topK(user, 1 + i % 10, ranked);
          });
      assertAllocatesNothing("score", i -> scorer.score(user, i % items));
      assertAllocatesNothing("scores", i -> scorer.scores(user, scores));
      BatchScorer batch = live.newBatchScorer(3);
      UserState[] users = Stream.generate(scorer::newState).limit(3).toArray(UserState[]::new);
      int[] events = new int[3];
      Ranked[] lists = Stream.generate(Ranked::new).limit(3).toArray(Ranked[]::new);
      assertAllocatesNothing(
          "batch",
          i -> {
            events[i % 3] = i % items;
            batch.step(users, events, 3);
            batch.topK(users, 3, 10, ItemFilter.NONE, lists);
          });
    }
  }

  @Test
  void layersOfEveryKind() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    int items = 500;
    List<Layer> layers = new ArrayList<>(Kinds.blocks(24, 2));
    layers.addFirst(new Convolution(24, 4));
    layers.add(new Attention(24, 20));
    ModelSpecification specification =
        RandomNetworks.ranking(layers, items, ItemKeys.Kind.LONG, true);
    Path path = folder.resolve("blocks.safetensors");
    ModelFiles.write(path, RandomNetworks.weights(RandomSeed.random(1), specification));
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      BatchScorer batch = live.newBatchScorer(7);
      UserState[] users = Stream.generate(scorer::newState).limit(7).toArray(UserState[]::new);
      int[] events = new int[7];
      assertAllocatesNothing("step", i -> scorer.step(user, i % items));
      assertAllocatesNothing(
          "prepared step",
          i -> {
            scorer.prepare(user);
            scorer.step(user, i % items);
          });
      assertAllocatesNothing(
          "batch",
          i -> {
            events[i % 7] = i % items;
            batch.step(users, events, 7);
          });
    }
  }

  @Test
  void stepsPredictionsAndWindowsOfFeatures() throws IOException {
    assumeTrue(threads.isThreadAllocatedMemorySupported(), "the JVM must count allocated bytes");
    for (Cell cell : Cell.values()) {
      Path path = ModelFiles.prediction(folder, cell, Activation.SOFTMAX, 1, 7, 3, 33, 17);
      try (LiveModel live = LiveModel.open(path)) {
        Scorer scorer = live.newScorer();
        UserState user = scorer.newState();
        BatchScorer batch = live.newBatchScorer(9);
        UserState[] users = Stream.generate(scorer::newState).limit(9).toArray(UserState[]::new);
        float[] vectors = RandomNetworks.floats(RandomSeed.random(1), 9 * 7, 1);
        float[] outputs = new float[3];
        assertAllocatesNothing(cell + " step", i -> scorer.step(user, vectors));
        assertAllocatesNothing(cell + " prediction", i -> scorer.predict(user, outputs));
        assertAllocatesNothing(cell + " window", i -> batch.predict(vectors, 1 + i % 9, outputs));
        assertAllocatesNothing(cell + " batch", i -> batch.step(users, vectors, 1 + i % 9));
      }
    }
  }

  private void assertAllocatesNothing(String what, Call call) {
    long deadline = System.nanoTime() + WARM_UP_NANOS;
    while (allocated(call) != 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    long again = Long.MAX_VALUE;
    // The JIT may discard code once more, which boxes vectors for a moment.
    for (int trial = 0; trial < 5 && again != 0; trial++) {
      again = allocated(call);
    }
    assertEquals(0, again, what + ": bytes allocated by " + CALLS + " calls");
  }

  private long allocated(Call call) {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) {
      call.run(i);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
