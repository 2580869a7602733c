package org.staccato.serving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.ItemFilter;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.live.OpenOptions;

/** What the table remembers of users, whatever happens to the model. */
class UserStatesTest {
  private static final int EVENTS = 7;

  @TempDir Path folder;
  private Path a;
  private Path b;
  private Path c;

  /** The second version lacks items and has others, the third has states of another size. */
  @BeforeEach
  void writeVersions() throws IOException {
    a = Models.write(folder.resolve("a"), 1, 20, Models.keys(0, 40));
    b = Models.write(folder.resolve("b"), 2, 20, Models.keys(10, 60));
    c = Models.write(folder.resolve("c"), 3, 33, Models.keys(5, 50));
  }

  /** What a table should know of a user, and the events that made the state. */
  private static final class Known {
    final List<Long> events = new ArrayList<>();
    List<Long> replayed = List.of();
    String digest = "";

    List<Long> kept() {
      return events.subList(Math.max(0, events.size() - EVENTS), events.size());
    }

    void touch(String version) {
      if (!digest.equals(version)) {
        replayed = new ArrayList<>(kept());
        digest = version;
      }
    }
  }

  @Test
  void everyAnswerIsThatOfAReplay() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path[] versions = {a, b, c};
    Map<Long, Known> expected = new HashMap<>();
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(1000, EVENTS))) {
      UserScorer scorer = users.newScorer();
      Scorer plain = live.newScorer();
      int[] items = new int[EVENTS];
      boolean resized = false;
      for (int operation = 0; operation < 20_000; operation++) {
        String which = "seed " + seed + ", operation " + operation;
        if (random.nextInt(200) == 0) {
          // The third has states of another size, which take the place of all others.
          int next = operation < 10_000 ? random.nextInt(2) : random.nextInt(3);
          resized |= next == 2;
          live.publish(versions[next]);
        }
        long user = random.nextInt(100);
        String version = scorer.acquire().digest();
        try {
          if (random.nextInt(100) == 0) {
            assertEquals(expected.remove(user) != null, users.forget(user), which);
          } else if (random.nextBoolean()) {
            int item = random.nextInt(scorer.items().size());
            long key = scorer.items().longKey(item);
            Known known = expected.computeIfAbsent(user, u -> new Known());
            known.touch(version);
            List<Long> keptBefore = new ArrayList<>(known.kept());
            known.events.add(key);
            known.replayed.add(key);
            scorer.record(user, item);
            float score = scorer.score(user, item);
            if (score != replayed(plain, scorer.items(), known.replayed, item)) {
              assertTrue(resized, which);
              known.replayed = keptBefore;
              known.replayed.add(key);
              assertEquals(replayed(plain, scorer.items(), known.replayed, item), score, which);
            }
          } else {
            Known known = expected.getOrDefault(user, new Known());
            known.touch(version);
            int item = random.nextInt(scorer.items().size());
            float score = scorer.score(user, item);
            if (score != replayed(plain, scorer.items(), known.replayed, item)) {
              assertTrue(resized, which);
              known.replayed = new ArrayList<>(known.kept());
              assertEquals(replayed(plain, scorer.items(), known.replayed, item), score, which);
            }
            List<Integer> kept =
                known.kept().stream()
                    .map(k -> scorer.items().indexOf(k))
                    .filter(i -> i >= 0)
                    .toList();
            assertEquals(kept.size(), scorer.events(user, items), which);
            for (int i = 0; i < kept.size(); i++) {
              assertEquals(kept.get(i), items[i], which);
            }
          }
        } finally {
          scorer.release();
        }
      }
      assertEquals(expected.size(), users.gauges().users());
      assertEquals(0, users.gauges().evictions());
      assertEquals(60, users.gauges().items());
      assertTrue(users.gauges().rebuilds() > 0);
    }
  }

  private static float replayed(Scorer plain, ItemKeys keys, List<Long> events, int item) {
    UserState state = plain.newState();
    for (long key : events) {
      int index = keys.indexOf(key);
      if (index >= 0) {
        plain.step(state, index);
      }
    }
    return plain.score(state, item);
  }

  @Test
  void textualKeysServeAsWell() throws IOException {
    Path one = Models.write(folder.resolve("one"), 1, 9, "tea", "cup", "pot");
    Path two = Models.write(folder.resolve("two"), 2, 9, "pot", "tea");
    try (LiveModel live = LiveModel.open(one, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      int[] items = new int[EVENTS];
      scorer.acquire();
      scorer.record(1, scorer.items().indexOf("cup"));
      scorer.record(1, scorer.items().indexOf("pot"));
      scorer.release();
      live.publish(two);
      scorer.acquire();
      assertEquals(1, scorer.events(1, items));
      assertEquals("pot", scorer.items().text(items[0]));
      scorer.release();
    }
  }

  @Test
  void keysOfAnotherKindAreOtherItemsEvenIfTheyReadAlike() throws IOException {
    Path texts = Models.write(folder.resolve("texts"), 2, 20, "3", "tea", "7");
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      Scorer plain = live.newScorer();
      record(scorer, 1, 3, 7);
      assertEvents(scorer, 1, 3, 7);

      live.publish(texts);
      assertEvents(scorer, 1);
      assertAnswerOf(plain, scorer, 1);
      record(scorer, 1, 0, 1);
      assertEvents(scorer, 1, 0, 1);
      assertAnswerOf(plain, scorer, 1, 0, 1);
      assertEquals(43, users.gauges().items());

      live.rollBack();
      assertEvents(scorer, 1, 3, 7);
      assertAnswerOf(plain, scorer, 1, 3, 7);
      record(scorer, 1, 9);
      assertAnswerOf(plain, scorer, 1, 3, 7, 9);

      live.publish(texts);
      assertEquals(1, users.rebuild());
      assertEvents(scorer, 1, 0, 1);
      assertEquals(43, users.gauges().items());
    }
  }

  private static void record(UserScorer scorer, long user, int... items) {
    scorer.acquire();
    for (int item : items) {
      scorer.record(user, item);
    }
    scorer.release();
  }

  private static void assertEvents(UserScorer scorer, long user, int... expected) {
    int[] items = new int[EVENTS];
    scorer.acquire();
    int count = scorer.events(user, items);
    scorer.release();
    assertArrayEquals(expected, Arrays.copyOf(items, count));
  }

  private static void assertAnswerOf(Scorer plain, UserScorer scorer, long user, int... items) {
    UserState state = plain.newState();
    for (int item : items) {
      plain.step(state, item);
    }
    scorer.acquire();
    assertEquals(plain.score(state, 2), scorer.score(user, 2));
    scorer.release();
  }

  @Test
  void aFullTableDropsWhoWasLeastRecentlyUsedAndDoesNotGrow() throws IOException {
    try (LiveModel live = LiveModel.open(a);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS))) {
      UserScorer scorer = users.newScorer();
      long bytes = 0;
      for (int user = 0; user < 10_000; user++) {
        scorer.acquire();
        scorer.record(user, user % 40);
        scorer.record(-1, 3);
        scorer.release();
        assertTrue(users.contains(user), "the user who came last is there");
        assertTrue(users.contains(-1), "and the one who keeps coming");
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
  void manyThreadsAndManyVersionsLeaveEachUserWhole() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(1000, EVENTS));
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<Map<Long, Known>>> results = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        long first = 1000L * thread;
        results.add(threads.submit(() -> recordUntil(stop, users, first)));
      }
      Path[] versions = {b, c, a};
      for (int i = 0; i < 15; i++) {
        live.publish(versions[i % 3]);
        users.rebuild();
      }
      stop.set(true);
      UserScorer scorer = users.newScorer();
      int[] items = new int[EVENTS];
      for (Future<Map<Long, Known>> result : results) {
        scorer.acquire();
        for (Map.Entry<Long, Known> entry : result.get().entrySet()) {
          List<Integer> kept =
              entry.getValue().kept().stream()
                  .map(key -> scorer.items().indexOf(key))
                  .filter(item -> item >= 0)
                  .toList();
          int count = scorer.events(entry.getKey(), items);
          List<Integer> found = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            found.add(items[i]);
          }
          assertEquals(kept, found);
        }
        scorer.release();
      }
    }
  }

  private static Map<Long, Known> recordUntil(AtomicBoolean stop, UserStates users, long first) {
    Random random = new Random(first);
    UserScorer scorer = users.newScorer();
    Map<Long, Known> known = new HashMap<>();
    while (!stop.get()) {
      long user = first + random.nextInt(100);
      scorer.acquire();
      try {
        int item = random.nextInt(scorer.items().size());
        known.computeIfAbsent(user, u -> new Known()).events.add(scorer.items().longKey(item));
        scorer.record(user, item);
      } finally {
        scorer.release();
      }
    }
    return known;
  }

  @Test
  void rebuildingAheadLeavesNothingToReplay() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(1000, EVENTS))) {
      UserScorer scorer = users.newScorer();
      scorer.acquire();
      for (int event = 0; event < 2000; event++) {
        scorer.record(event % 300, event * 7 % 40);
      }
      scorer.release();
      live.publish(c);
      assertEquals(300, users.rebuild());
      assertEquals(0, users.rebuild());
      long rebuilds = users.gauges().rebuilds();
      Scorer plain = live.newScorer();
      int[] items = new int[EVENTS];
      scorer.acquire();
      for (int user = 0; user < 300; user++) {
        UserState state = plain.newState();
        int count = scorer.events(user, items);
        for (int i = 0; i < count; i++) {
          plain.step(state, items[i]);
        }
        assertEquals(plain.score(state, 3), scorer.score(user, 3), 1e-4f);
      }
      scorer.release();
      assertEquals(rebuilds, users.gauges().rebuilds());
    }
  }

  @Test
  void statesOfAnotherSizeFindRoomWithoutARequest() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
        UserScorer scorer = users.newScorer()) {
      record(scorer, 1, 5, 6, 7);
      for (Path version : new Path[] {c, b, c, a}) {
        scorer.acquire();
        live.publish(version);
        // Who still holds the version before does not take the room away.
        scorer.score(1, 7);
        scorer.release();
        scorer.acquire();
        long bytes = scorer.stateBytes();
        scorer.release();
        for (Stripe stripe : users.stripes()) {
          assertEquals(bytes, stripe.stateBytes());
        }
      }
    }
  }

  @Test
  void whoIsNotKnownGetsTheAnswerOfANewUser() throws IOException {
    try (LiveModel live = LiveModel.open(a);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      Scorer plain = live.newScorer();
      Ranked expected = new Ranked();
      Ranked found = new Ranked();
      plain.topK(plain.newState(), 5, expected);
      scorer.acquire();
      scorer.record(2, 3);
      scorer.score(2, 3);
      assertEquals(5, scorer.topK(1, 5, ItemFilter.NONE, found));
      scorer.release();
      assertEquals(expected.toString(), found.toString());
      assertEquals(1, users.gauges().users());
    }
  }

  @Test
  void nothingIsAllocated() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (LiveModel live = LiveModel.open(a);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS, 64))) {
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
    assertThrows(IllegalStateException.class, scorer::items);
    scorer.acquire();
    assertThrows(IllegalStateException.class, scorer::acquire);
    assertThrows(IndexOutOfBoundsException.class, () -> scorer.record(1, 40));
    assertThrows(IllegalArgumentException.class, () -> scorer.events(1, new int[EVENTS - 1]));
    assertEquals(0, users.gauges().users(), "what failed left no user");
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
