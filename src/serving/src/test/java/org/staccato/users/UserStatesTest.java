package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.ItemFilter;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.harness.Models;
import org.staccato.model.Activation;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Prediction;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/** The capacity of a table, the memory of its requests, and its misuse. */
class UserStatesTest {
  private static final int EVENTS = 7;

  @TempDir Path folder;
  private Path a;

  @BeforeEach
  void writeModel() throws IOException {
    a = Models.write(folder.resolve("a"), 1, 20, Models.keys(0, 40));
  }

  @Test
  void aFullTableEvictsTheLeastRecentlyUsedUserAndDoesNotGrow() throws IOException {
    try (LiveModel live = LiveModel.open(a);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS))) {
      UserScorer scorer = users.newScorer();
      long bytes = 0;
      for (int user = 0; user < 10_000; user++) {
        scorer.acquire();
        scorer.record(user, user % 40);
        scorer.record(-1, 3);
        scorer.release();
        assertTrue(users.contains(user), "the last user is there");
        assertTrue(users.contains(-1), "and the one of each request");
        bytes = Math.max(bytes, users.gauges().bytes());
      }
      long last = users.gauges().bytes();
      assertEquals(bytes, last);
      assertFalse(users.contains(0));
      assertEquals(10_001, users.gauges().users() + users.gauges().evictions());
    }
  }

  @Test
  void asManyUsersFitAsWereAskedFor() throws IOException {
    try (LiveModel live = LiveModel.open(a);
        UserStates users = new UserStates(live, new UserStatesOptions(50_000, 3))) {
      UserScorer scorer = users.newScorer();
      for (int user = 0; user < 50_000; user++) {
        scorer.acquire();
        scorer.record(user * 977L, user % 40);
        scorer.release();
      }
      assertEquals(50_000, users.gauges().users());
      assertEquals(0, users.gauges().evictions());
    }
  }

  @Test
  void aModelThatTakesItemsButDoesNotRankIsRefused() throws IOException {
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(40, 4, ItemKeys.Kind.LONG),
            RandomNetworks.layers(Cell.LSTM, 4, 9),
            List.of(new Prediction("clicks", 9, 1, Activation.SIGMOID)));
    Path path = folder.resolve("clicks");
    ModelWriter.write(
        path,
        RandomNetworks.weights(new Random(1), specification),
        ItemKeySource.of(Models.keys(0, 40)),
        new float[40],
        new int[][] {{0}},
        "{}");
    try (LiveModel live = LiveModel.open(path)) {
      assertThrows(
          IllegalStateException.class, () -> new UserStates(live, new UserStatesOptions(10, 5)));
    }
  }

  @Test
  void nothingIsAllocated() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (LiveModel live = LiveModel.open(a);
        UserStates users =
            new UserStates(live, new UserStatesOptions(100, EVENTS).withPreparedUsers(64))) {
      UserScorer scorer = users.newScorer();
      Ranked ranked = new Ranked();
      int[] candidates = {3, 39, 0};
      float[] scores = new float[40];
      long best = Long.MAX_VALUE;
      for (int round = 0; round < 200 && best > 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
          scorer.acquire();
          scorer.record(i % 300, i % 40);
          scorer.topK(i % 300, 5, ItemFilter.NONE, ranked);
          scorer.topKUnseen(i % 300, 5, ItemFilter.NONE, ranked);
          scorer.score(i % 300, candidates, candidates.length, scores);
          scorer.scores(i % 300, scores);
          scorer.prepare(i % 300);
          scorer.release();
        }
        best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, best);
    }
  }

  @Test
  void wrongUseIsAnException() throws IOException {
    LiveModel live = LiveModel.open(a);
    assertThrows(
        IllegalArgumentException.class, () -> new UserStates(live, new UserStatesOptions(0, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> new UserStates(live, new UserStatesOptions(1, 0)));
    UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS));
    UserScorer scorer = users.newScorer();
    assertThrows(IllegalStateException.class, () -> scorer.record(1, 1));
    assertThrows(IllegalStateException.class, scorer::itemKeys);
    scorer.acquire();
    assertThrows(IllegalStateException.class, scorer::acquire);
    assertThrows(IndexOutOfBoundsException.class, () -> scorer.record(1, 40));
    assertThrows(IllegalArgumentException.class, () -> scorer.events(1, new int[EVENTS - 1]));
    assertEquals(0, users.gauges().users(), "a failed record adds no user");
    users.close();
    users.close();
    assertThrows(IllegalStateException.class, () -> scorer.record(1, 1));
    assertThrows(IllegalStateException.class, () -> scorer.score(1, 1));
    assertThrows(IllegalStateException.class, () -> users.contains(1));
    assertThrows(IllegalStateException.class, users::newScorer);
    scorer.release();
    live.close();
  }
}
