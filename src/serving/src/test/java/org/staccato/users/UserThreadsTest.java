package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.harness.Models;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.RandomSeed;

/** Threads with users of their own, over changes of the version. */
class UserThreadsTest {
  private static final int EVENTS = 7;

  @TempDir Path folder;

  @Test
  void manyThreadsAndManyVersionsLeaveEachUserWhole() throws Exception {
    Path[] versions = {
      Models.write(folder.resolve("a"), 1, 20, Models.keys(0, 40)),
      Models.write(folder.resolve("b"), 2, 20, Models.keys(10, 60)),
      Models.write(folder.resolve("c"), 3, 33, Models.keys(5, 50))
    };
    AtomicBoolean stop = new AtomicBoolean();
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(1000, EVENTS));
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<Map<Long, List<Long>>>> results = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        long first = 1000L * thread;
        results.add(threads.submit(() -> recordUntil(stop, users, first)));
      }
      for (int swap = 1; swap <= 15; swap++) {
        live.publish(versions[swap % 3]);
        users.rebuild();
      }
      stop.set(true);
      try (UserScorer scorer = users.newScorer()) {
        scorer.acquire();
        for (Future<Map<Long, List<Long>>> result : results) {
          result.get().forEach((user, keys) -> assertEvents(scorer, user, keys));
        }
      }
    }
  }

  /** Records events of random users, and returns the keys of each. */
  private static Map<Long, List<Long>> recordUntil(
      AtomicBoolean stop, UserStates users, long first) {
    Random random = RandomSeed.random(first);
    Map<Long, List<Long>> recorded = new HashMap<>();
    try (UserScorer scorer = users.newScorer()) {
      while (!stop.get()) {
        long user = first + random.nextInt(100);
        scorer.acquire();
        int item = random.nextInt(scorer.itemKeys().size());
        recorded.computeIfAbsent(user, u -> new ArrayList<>()).add(scorer.itemKeys().longKey(item));
        scorer.record(user, item);
        scorer.release();
      }
    }
    return recorded;
  }

  private static void assertEvents(UserScorer scorer, long user, List<Long> keys) {
    List<Integer> expected =
        keys.subList(Math.max(0, keys.size() - EVENTS), keys.size()).stream()
            .map(key -> scorer.itemKeys().indexOf(key))
            .filter(item -> item >= 0)
            .toList();
    int[] items = new int[EVENTS];
    int count = scorer.events(user, items);
    assertEquals(expected, Arrays.stream(items, 0, count).boxed().toList());
  }
}
