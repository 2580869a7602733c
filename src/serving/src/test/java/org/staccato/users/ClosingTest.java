package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.staccato.LiveModel;
import org.staccato.ScorerPool;
import org.staccato.harness.VersionsFixture;
import org.staccato.live.OpenOptions;
import org.staccato.users.replay.Rebuild;

/** Tables and models that are closed under their users, and the calls that still work. */
@Timeout(120)
class ClosingTest extends VersionsFixture {
  private static final int EVENTS = 7;

  @Test
  void aTableThatIsClosedInTheMiddleEndsRequestsWithAnException() throws Exception {
    for (int round = 0; round < 50; round++) {
      try (LiveModel live = LiveModel.open(versions[round % 3], OpenOptions.COPY);
          ExecutorService threads = Executors.newFixedThreadPool(2)) {
        UserStates users =
            new UserStates(live, new UserStatesOptions(100, EVENTS).withPreparedUsers(64));
        try (ScorerPool<UserScorer> pool = new ScorerPool<>(2, users::newScorer)) {
          serve(pool, 1, 1);
          Future<?> requests = threads.submit(() -> serveUntilClosed(pool));
          Future<?> replays = threads.submit(() -> rebuildUntilClosed(users));
          Thread.sleep(round % 3);
          users.close();
          requests.get();
          replays.get();
          assertThrows(IllegalStateException.class, () -> pool.borrow().acquire());
          assertThrows(IllegalStateException.class, () -> users.forEachUser(user -> {}));
          assertThrows(IllegalStateException.class, () -> users.exportUser(1));
        }
      }
    }
  }

  private static void serveUntilClosed(ScorerPool<UserScorer> pool) {
    int request = 0;
    try {
      while (true) {
        serve(pool, request % 50, request++);
      }
    } catch (IllegalStateException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("closed"), e.getMessage());
    }
  }

  private static void rebuildUntilClosed(UserStates users) {
    try {
      while (true) {
        users.rebuild();
      }
    } catch (IllegalStateException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("closed"), e.getMessage());
    }
  }

  @Test
  void aModelThatIsClosedInTheMiddleLosesNoEventOfWhichItWasTold() throws Exception {
    for (int round = 0; round < 20; round++) {
      LiveModel live = LiveModel.open(versions[round % 3], OpenOptions.COPY);
      try (UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
          ExecutorService threads = Executors.newSingleThreadExecutor()) {
        Future<Integer> recorded = threads.submit(() -> recordUntilClosed(users));
        Thread.sleep(round % 5);
        live.close();
        long total = users.exportUser(1).map(UserRecord::total).orElse(0L);
        assertEquals(recorded.get().longValue(), total);
      }
    }
  }

  private static int recordUntilClosed(UserStates users) {
    int recorded = 0;
    try (UserScorer scorer = users.newScorer()) {
      while (true) {
        scorer.acquire();
        scorer.record(1, recorded % 40);
        recorded++;
        scorer.release();
      }
    } catch (IllegalStateException e) {
      return recorded;
    }
  }

  @Test
  void aRebuildThatThrowsHoldsNoVersion() throws IOException {
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY)) {
      UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
      try (Rebuild rebuild = newRebuild(users, live)) {
        users.close();
        assertThrows(IllegalStateException.class, rebuild::run);
        for (int i = 1; i < 5; i++) {
          live.publish(versions[i % 3]);
        }
        assertEquals(2, live.gauges().versions());
      }
    }
  }

  private static Rebuild newRebuild(UserStates users, LiveModel live) {
    return new Rebuild(users.table(), users.translations(), live.newBatchScorer(Rebuild.BATCH));
  }

  private static void record(UserStates users, long user, int events) {
    try (UserScorer scorer = users.newScorer()) {
      scorer.acquire();
      for (int event = 0; event < events; event++) {
        scorer.record(user, event * 7 % 40);
      }
    }
  }

  private static float score(UserStates users, long user) {
    try (UserScorer scorer = users.newScorer()) {
      scorer.acquire();
      return scorer.score(user, 3);
    }
  }

  /** States that no replay could make: of more events than are kept. */
  @Test
  void aSnapshotOfAClosedModelKeepsTheStates() throws IOException {
    for (int last = 0; last < versions.length; last++) {
      for (boolean rolledBack : new boolean[] {false, true}) {
        Path file = folder.resolve("users-" + last + rolledBack);
        LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        float expected;
        try (UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS))) {
          record(users, 1, 2 * EVENTS);
          live.publish(versions[last]);
          if (rolledBack) {
            live.publish(versions[(last + 1) % 3]);
            live.rollBack();
          }
          record(users, 1, 3 * EVENTS);
          expected = score(users, 1);
          live.close();
          users.writeSnapshot(file);
        }
        try (LiveModel again = LiveModel.open(versions[last], OpenOptions.COPY);
            UserStates restored =
                UserStates.restore(file, again, new UserStatesOptions(100, EVENTS))) {
          assertEquals(expected, score(restored, 1));
          assertEquals(0, restored.gauges().rebuilds());
        }
      }
    }
  }

  @Test
  void aTableOfAClosedModelIsReadAndChanged() throws IOException {
    LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
    UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
    UserScorer scorer = users.newScorer();
    record(users, 1, 3);
    record(users, 2, 4);
    users.rebuild();
    UserRecord before = users.exportUser(1).orElseThrow();
    assertTrue(before.state().isPresent());
    live.close();

    assertThrows(IllegalStateException.class, scorer::acquire);
    assertThrows(IllegalStateException.class, users::newScorer);
    assertThrows(IllegalStateException.class, users::rebuild);

    assertEquals(before, users.exportUser(1).orElseThrow());
    assertTrue(users.forget(1));
    users.importUser(before);
    assertEquals(before, users.exportUser(1).orElseThrow());
    List<Long> seen = new ArrayList<>();
    users.forEachUser(user -> seen.add(user.user()));
    assertEquals(Set.of(1L, 2L), Set.copyOf(seen));
    assertEquals(2, users.gauges().users());
    scorer.close();
    users.close();
    users.close();
    assertThrows(IllegalStateException.class, () -> users.writeSnapshot(folder.resolve("users")));
  }
}
