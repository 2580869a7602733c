package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.export.MatrixTypes;
import org.staccato.export.Quantization;
import org.staccato.model.Weights;
import org.staccato.rank.SharedRanking;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** A ranking that several threads share is the ranking of one. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class RankingWorkersTest {
  private static final int ITEMS = SharedRanking.LEAST_BLOCKS * 64 + 77;
  private static final long SEED = RandomSeed.of(11);
  private static final int ROUNDS = 2000;

  @TempDir Path folder;

  @Test
  void anyNumberOfThreadsGivesTheSameRanking() throws IOException {
    Path exact = ModelFiles.random(folder, SEED, ITEMS, 3, 9);
    Path coarse = folder.resolve("coarse.safetensors");
    Quantization.write(exact, coarse, MatrixTypes.I8, Double.POSITIVE_INFINITY);
    for (Path path : new Path[] {exact, coarse}) {
      assertSameRankings(path);
    }
  }

  private static void assertSameRankings(Path path) throws IOException {
    try (LiveModel live = LiveModel.open(path)) {
      Scorer alone = live.newScorer();
      UserState user = alone.newState();
      Random random = new Random(SEED);
      ItemSet deny = new ItemSet(live.version());
      Ranked expected = new Ranked();
      Ranked actual = new Ranked();
      for (int threads : new int[] {1, 2, 5}) {
        try (RankingWorkers workers = new RankingWorkers(threads)) {
          Scorer helped = live.newScorer(workers);
          for (int k : new int[] {1, 10, 1000, ITEMS + 1}) {
            alone.step(user, random.nextInt(ITEMS));
            alone.topK(user, 1, expected);
            deny.add(expected.item(0));
            ItemFilter filter = ItemFilter.NONE.withDeny(deny);
            alone.topK(user, k, filter, expected);
            helped.topK(user, k, filter, actual);
            String where = path.getFileName() + ", threads " + threads + ", k " + k;
            assertEquals(expected.toString(), actual.toString(), where);
          }
        }
      }
    }
  }

  @Test
  void tiesAcrossThePartsGoToTheLowerIndex() throws IOException {
    Weights random = RandomNetworks.network(new Random(SEED), ITEMS, 3, 9);
    float[] output = new float[ITEMS * 9];
    Arrays.fill(output, 0.5f);
    float[] biases = new float[ITEMS];
    Arrays.fill(biases, 0.25f);
    Weights weights = RandomNetworks.withOutput(random, output, biases);
    try (LiveModel live =
            LiveModel.open(ModelFiles.write(folder.resolve("ties.safetensors"), weights));
        RankingWorkers workers = new RankingWorkers(3)) {
      Scorer scorer = live.newScorer(workers);
      Ranked ranked = new Ranked();
      assertEquals(20, scorer.topK(scorer.newState(), 20, ranked));
      for (int i = 0; i < 20; i++) {
        assertEquals(i, ranked.item(i));
      }
    }
  }

  @Test
  void workersSleepAndWakeUpAgain() throws IOException, InterruptedException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, SEED, ITEMS, 3, 9));
        RankingWorkers workers = new RankingWorkers(2)) {
      Scorer scorer = live.newScorer(workers);
      UserState user = scorer.newState();
      Ranked ranked = new Ranked();
      for (int i = 0; i < 20; i++) {
        assertEquals(10, scorer.topK(user, 10, ranked));
        Thread.sleep(5);
      }
    }
  }

  @Test
  void closedWorkersAndClosedModelsAreExceptions() throws IOException {
    LiveModel live = LiveModel.open(ModelFiles.random(folder, SEED, ITEMS, 3, 9));
    RankingWorkers workers = new RankingWorkers(2);
    Scorer scorer = live.newScorer(workers);
    UserState user = scorer.newState();
    live.close();
    assertThrows(IllegalStateException.class, () -> scorer.topK(user, 10, new Ranked()));
    workers.close();
    workers.close();
    assertThrows(IllegalStateException.class, () -> scorer.topK(user, 10, new Ranked()));
    assertThrows(IllegalArgumentException.class, () -> new RankingWorkers(0));
  }

  @Test
  void closingInTheMiddleLetsTheRankingUnderWayEnd() throws IOException, InterruptedException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, SEED, ITEMS, 3, 9))) {
      UserState user = live.newScorer().newState();
      Ranked ranked = new Ranked();
      Random random = new Random(SEED);
      for (int round = 0; round < ROUNDS; round++) {
        RankingWorkers workers = new RankingWorkers(1);
        int spins = random.nextInt(10_000);
        CountDownLatch begun = new CountDownLatch(1);
        Thread closer =
            Thread.ofPlatform()
                .start(
                    () -> {
                      awaitUninterruptibly(begun);
                      for (int i = 0; i < spins; i++) {
                        Thread.onSpinWait();
                      }
                      workers.close();
                    });
        try (Scorer scorer = live.newScorer(workers)) {
          begun.countDown();
          assertThrows(
              IllegalStateException.class,
              () -> {
                while (true) {
                  assertEquals(10, scorer.topK(user, 10, ranked));
                }
              });
        }
        closer.join();
      }
    }
  }

  @Test
  void severalScorersShareThemAndThoseThatFindThemBusyRankAlone() throws Exception {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, SEED, ITEMS, 3, 9));
        RankingWorkers workers = new RankingWorkers(2);
        ExecutorService platform = Executors.newFixedThreadPool(4);
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int task = 0; task < 8; task++) {
        int firstItem = 100 * task;
        tasks.add(
            () -> {
              assertSameRankingsAgainAndAgain(live, workers, firstItem);
              return null;
            });
      }
      List<Future<Void>> running = new ArrayList<>();
      for (Callable<Void> task : tasks) {
        running.add(platform.submit(task));
        running.add(virtual.submit(task));
      }
      for (Future<Void> each : running) {
        each.get();
      }
    }
  }

  private static void assertSameRankingsAgainAndAgain(
      LiveModel live, RankingWorkers workers, int firstItem) {
    try (Scorer alone = live.newScorer();
        Scorer helped = live.newScorer(workers)) {
      UserState user = alone.newState();
      Ranked expected = new Ranked();
      Ranked actual = new Ranked();
      for (int i = 0; i < 100; i++) {
        alone.step(user, firstItem + i);
        alone.topK(user, 20, expected);
        helped.topK(user, 20, actual);
        assertEquals(expected.toString(), actual.toString(), "item " + (firstItem + i));
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
