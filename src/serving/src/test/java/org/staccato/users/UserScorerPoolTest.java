package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.staccato.LiveModel;
import org.staccato.ScorerPool;
import org.staccato.harness.VersionsFixture;
import org.staccato.live.OpenOptions;

/** Scorers of users that threads share through a pool, over changes of the version. */
@Timeout(120)
class UserScorerPoolTest extends VersionsFixture {
  private static final int EVENTS = 7;

  @Test
  void virtualThreadsRecordEachEventOnce() throws Exception {
    int requests = 20_000;
    int known = 50;
    AtomicBoolean done = new AtomicBoolean();
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users =
            new UserStates(live, new UserStatesOptions(1000, EVENTS).withPreparedUsers(64));
        ScorerPool<UserScorer> pool = new ScorerPool<>(4, users::newScorer);
        ExecutorService publisher = Executors.newSingleThreadExecutor()) {
      Future<Integer> swaps = publisher.submit(() -> publishUntil(done, live));
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> results = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
          int request = i;
          results.add(threads.submit(() -> serve(pool, request % known, request)));
        }
        for (Future<?> result : results) {
          result.get();
        }
      } finally {
        done.set(true);
      }
      assertTrue(swaps.get() > 3);
      for (long user = 0; user < known; user++) {
        assertEquals(requests / known, users.exportUser(user).orElseThrow().total());
      }
    }
  }

  private int publishUntil(AtomicBoolean done, LiveModel live) throws IOException {
    int swaps = 0;
    while (!done.get() || swaps < 4) {
      live.publish(versions[++swaps % versions.length]);
    }
    return swaps;
  }

  @Test
  void aScorerIsHandedOverWhileItHoldsAVersion() throws Exception {
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(1000, EVENTS));
        UserScorer scorer = users.newScorer()) {
      String digest = scorer.acquire().version().digest();
      scorer.record(1, 3);
      float expected = scorer.score(1, 4);
      for (int i = 1; i < 6; i++) {
        live.publish(versions[i % 3]);
      }
      AtomicBoolean same = new AtomicBoolean();
      Thread.ofVirtual().start(() -> same.set(scorer.score(1, 4) == expected)).join();
      assertTrue(same.get());
      assertTrue(scorer.isAcquired());
      Thread.ofPlatform().start(scorer::release).join();
      assertFalse(scorer.isAcquired());
      assertFalse(scorer.acquire().version().digest().equals(digest));
    }
  }

  /** Measures without a collection, which would hide a leak. Loading alone grows a little. */
  @Test
  void nothingNativeGrowsWithTheSwaps() throws IOException {
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY)) {
      long alone = grown(() -> publish(live));
      try (UserStates users =
              new UserStates(live, new UserStatesOptions(1000, EVENTS).withPreparedUsers(64));
          ScorerPool<UserScorer> pool = new ScorerPool<>(2, users::newScorer)) {
        assertEquals(alone, grown(() -> swap(live, users, pool)), "bytes");
      }
    }
  }

  /** Changes of the version, and the requests after each. */
  private interface Swaps {
    void run() throws IOException;
  }

  /** Returns the growth in native bytes by a few swaps, after other ones. */
  private static long grown(Swaps swaps) throws IOException {
    for (int attempt = 0; attempt < 5; attempt++) {
      swaps.run();
      long collections = collections();
      long before = nativeBytes();
      swaps.run();
      swaps.run();
      long grown = nativeBytes() - before;
      if (collections == collections()) {
        return grown;
      }
    }
    throw new AssertionError("a collection in each attempt");
  }

  private void publish(LiveModel live) throws IOException {
    for (Path version : versions) {
      live.publish(version);
    }
  }

  private void swap(LiveModel live, UserStates users, ScorerPool<UserScorer> pool)
      throws IOException {
    for (Path version : versions) {
      live.publish(version);
      UserScorer one = pool.borrow();
      UserScorer other = pool.borrow();
      one.acquire();
      other.acquire();
      for (int user = 0; user < 100; user++) {
        one.record(user, user % 40);
        other.prepare(user);
      }
      pool.giveBack(one);
      pool.giveBack(other);
      users.writeSnapshot(folder.resolve("users"));
    }
  }

  private static long nativeBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }
}
