package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.export.MemoryWriter;
import org.staccato.export.RememberedSequences;
import org.staccato.harness.Models;
import org.staccato.live.OpenOptions;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;
import org.staccato.users.UserRecord.LongKey;
import org.staccato.users.table.Stripe;
import org.staccato.users.table.UserTable;

/** Replays events while other requests run; no event is lost or counted twice. */
@Timeout(120)
class UserReplayTest {
  private static final int THREADS = 6;
  private static final int REQUESTS = 1500;
  private static final int EVENTS = 2 * THREADS * REQUESTS;

  @TempDir Path folder;
  private Path[] versions = {};

  /** Two versions with the same items, one of them with a memory. */
  @BeforeEach
  void writeVersions() throws IOException {
    versions =
        new Path[] {
          Models.write(folder.resolve("a"), 1, 20, Models.keys(0, 40)),
          Models.write(folder.resolve("b"), 2, 33, Models.keys(0, 40))
        };
    RememberedSequences sequences = RandomNetworks.remembered(RandomSeed.random(1), 40, 50, 5);
    MemoryWriter.write(versions[1], versions[1], sequences, Search.usual(), 0.5f);
  }

  /** Users of one stripe. */
  private static long[] usersOfOneStripe(int count) {
    return LongStream.iterate(0, user -> user + 1)
        .filter(user -> UserTable.stripeOf(user) == 0)
        .limit(count)
        .toArray();
  }

  @Test
  void manyThreadsOnOneUser() throws Exception {
    recordOverSwaps(usersOfOneStripe(1));
  }

  @Test
  void manyThreadsOnUsersOfOneStripe() throws Exception {
    recordOverSwaps(usersOfOneStripe(5));
  }

  private void recordOverSwaps(long[] known) throws Exception {
    long seed = RandomSeed.fresh();
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users =
            new UserStates(live, new UserStatesOptions(10, EVENTS).withPreparedUsers(128));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Map<Long, Integer>>> results = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random random = new Random(seed + thread);
        results.add(threads.submit(() -> record(users, known, random)));
      }
      for (int swap = 1; !results.stream().allMatch(Future::isDone); swap++) {
        live.publish(versions[swap % 2]);
      }
      Map<Long, Integer> recorded = new HashMap<>();
      for (Future<Map<Long, Integer>> result : results) {
        result.get().forEach((user, count) -> recorded.merge(user, count, Integer::sum));
      }
      for (long user : known) {
        UserRecord found = users.exportUser(user).orElseThrow();
        assertEquals((long) recorded.getOrDefault(user, 0), found.total(), "seed " + seed);
        assertEquals(found.total(), found.events().size());
        assertStateIsOf(live, users, found);
      }
    }
  }

  private static Map<Long, Integer> record(UserStates users, long[] known, Random random) {
    Map<Long, Integer> recorded = new HashMap<>();
    try (UserScorer scorer = users.newScorer()) {
      for (int request = 0; request < REQUESTS; request++) {
        long user = known[random.nextInt(known.length)];
        scorer.acquire();
        scorer.record(user, random.nextInt(40));
        recorded.merge(user, 1, Integer::sum);
        if (random.nextInt(4) == 0) {
          scorer.score(user, 3);
        }
        if (random.nextInt(4) == 0) {
          scorer.prepare(user);
        }
        scorer.release();
      }
    }
    return recorded;
  }

  /** Compares bit by bit, since all events are kept. */
  private static void assertStateIsOf(LiveModel live, UserStates users, UserRecord user) {
    try (Scorer plain = live.newScorer();
        UserScorer scorer = users.newScorer()) {
      UserState state = plain.newState();
      plain.acquire();
      user.events()
          .forEach(key -> plain.step(state, plain.itemKeys().indexOf(((LongKey) key).value())));
      scorer.acquire();
      for (int item = 0; item < 40; item++) {
        assertEquals(plain.score(state, item), scorer.score(user.user(), item));
      }
    }
  }

  /** A replay that held the lock would let no record return before its end. */
  @Test
  void othersGoOnWhileAUserIsReplayed() throws Exception {
    long[] known = usersOfOneStripe(2);
    long slow = known[0];
    long other = known[1];
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(10, 60_000));
        UserScorer scorer = users.newScorer();
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      scorer.acquire();
      for (int event = 0; event < 60_000; event++) {
        scorer.record(slow, event % 40);
      }
      scorer.release();
      boolean beside = false;
      for (int round = 1; round < 20 && !beside; round++) {
        live.publish(versions[round % 2]);
        Stripe stripe = users.table().stripe(slow);
        long before = lastUse(stripe, slow);
        Future<?> replay = threads.submit(() -> touch(users, slow));
        while (lastUse(stripe, slow) == before && !replay.isDone()) {
          Thread.onSpinWait();
        }
        scorer.acquire();
        for (int event = 0; event < 100; event++) {
          scorer.record(other, event % 40);
        }
        beside = !replay.isDone();
        scorer.release();
        replay.get();
      }
      assertTrue(beside, "a hundred events were recorded during no replay");
    }
  }

  private static void touch(UserStates users, long user) {
    try (UserScorer scorer = users.newScorer()) {
      scorer.acquire();
      scorer.score(user, 1);
    }
  }

  private static long lastUse(Stripe stripe, long user) {
    synchronized (stripe) {
      for (int slot = 0; slot < stripe.limit(); slot++) {
        if (stripe.user(slot) == user) {
          return stripe.lastUse(slot);
        }
      }
      throw new AssertionError("no user " + user);
    }
  }
}
