package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.harness.Models;
import org.staccato.harness.VersionsFixture;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.RandomSeed;
import org.staccato.users.table.Stripe;

/** Events outlive versions, and states follow the versions. */
class UserVersionsTest extends VersionsFixture {
  private static final int EVENTS = 7;

  /** The events of a user, and those that made the state. */
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
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    Map<Long, Known> expected = new HashMap<>();
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(1000, EVENTS))) {
      UserScorer scorer = users.newScorer();
      Scorer plain = live.newScorer();
      int[] items = new int[EVENTS];
      boolean resized = false;
      for (int operation = 0; operation < 20_000; operation++) {
        String which = "seed " + seed + ", operation " + operation;
        if (random.nextInt(200) == 0) {
          // The third version has states of another size, which replace all others.
          int next = operation < 10_000 ? random.nextInt(2) : random.nextInt(3);
          resized |= next == 2;
          live.publish(versions[next]);
        }
        long user = random.nextInt(100);
        String version = scorer.acquire().version().digest();
        try {
          if (random.nextInt(100) == 0) {
            assertEquals(expected.remove(user) != null, users.forget(user), which);
          } else if (random.nextBoolean()) {
            int item = random.nextInt(scorer.itemKeys().size());
            long key = scorer.itemKeys().longKey(item);
            Known known = expected.computeIfAbsent(user, u -> new Known());
            known.touch(version);
            List<Long> keptBefore = new ArrayList<>(known.kept());
            known.events.add(key);
            known.replayed.add(key);
            scorer.record(user, item);
            float score = scorer.score(user, item);
            if (score != replayed(plain, scorer.itemKeys(), known.replayed, item)) {
              assertTrue(resized, which);
              known.replayed = keptBefore;
              known.replayed.add(key);
              assertEquals(replayed(plain, scorer.itemKeys(), known.replayed, item), score, which);
            }
          } else {
            Known known = expected.getOrDefault(user, new Known());
            known.touch(version);
            int item = random.nextInt(scorer.itemKeys().size());
            float score = scorer.score(user, item);
            if (score != replayed(plain, scorer.itemKeys(), known.replayed, item)) {
              assertTrue(resized, which);
              known.replayed = new ArrayList<>(known.kept());
              assertEquals(replayed(plain, scorer.itemKeys(), known.replayed, item), score, which);
            }
            List<Integer> kept =
                known.kept().stream()
                    .map(k -> scorer.itemKeys().indexOf(k))
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
      scorer.record(1, scorer.itemKeys().indexOf("cup"));
      scorer.record(1, scorer.itemKeys().indexOf("pot"));
      scorer.release();
      live.publish(two);
      scorer.acquire();
      assertEquals(1, scorer.events(1, items));
      assertEquals("pot", scorer.itemKeys().text(items[0]));
      scorer.release();
    }
  }

  @Test
  void keysOfAnotherKindAreOtherItemsEvenIfTheyReadAlike() throws IOException {
    Path texts = Models.write(folder.resolve("texts"), 2, 20, "3", "tea", "7");
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
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
  void rebuildingAheadLeavesNothingToReplay() throws IOException {
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(1000, EVENTS))) {
      UserScorer scorer = users.newScorer();
      scorer.acquire();
      for (int event = 0; event < 2000; event++) {
        scorer.record(event % 300, event * 7 % 40);
      }
      scorer.release();
      live.publish(versions[2]);
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
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
        UserScorer scorer = users.newScorer()) {
      record(scorer, 1, 5, 6, 7);
      for (Path version : new Path[] {versions[2], versions[1], versions[2], versions[0]}) {
        scorer.acquire();
        live.publish(version);
        // A scorer with the version before does not take the room away.
        scorer.score(1, 7);
        scorer.release();
        long bytes = users.version().newStoredUser(EVENTS).stateBytes();
        for (Stripe stripe : users.table().stripes()) {
          assertEquals(bytes, stripe.stateBytes());
        }
      }
    }
  }

  /** A request between a publication and its notice makes the room itself. */
  @Test
  void aRequestThatMakesRoomReplaysOnce() throws IOException {
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY)) {
      List<Runnable> requests = new ArrayList<>();
      // Hears of versions before the table does.
      live.addListener(
          new LiveListener() {
            @Override
            public void published(ModelVersion version) {
              requests.forEach(Runnable::run);
            }
          });
      try (UserStates users = new UserStates(live, new UserStatesOptions(1, EVENTS));
          UserScorer scorer = users.newScorer()) {
        scorer.acquire();
        scorer.record(1, 7);
        scorer.release();
        long before = users.gauges().rebuilds();
        requests.add(
            () -> {
              scorer.acquire();
              scorer.record(1, 8);
              scorer.release();
            });
        live.publish(versions[2]);
        assertEquals(before + 1, users.gauges().rebuilds(), "of a record");
        requests.set(
            0,
            () -> {
              scorer.acquire();
              scorer.score(1, 8);
              scorer.score(1, 9);
              scorer.release();
            });
        live.publish(versions[0]);
        assertEquals(before + 2, users.gauges().rebuilds(), "of two answers");
      }
    }
  }

  @Test
  void theFirstRequestOnAVersionFindsItsItemsTranslated() throws IOException {
    int items = 20_000;
    Path[] large = new Path[4];
    for (int version = 0; version < large.length; version++) {
      int first = 100 * version;
      String[] keys =
          IntStream.range(first, first + items).mapToObj(i -> "item " + i).toArray(String[]::new);
      large[version] =
          Models.write(folder.resolve("large-" + version), version, 20 + version, keys);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // The first version has the largest state.
    try (LiveModel live = LiveModel.open(large[3], OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
        UserScorer scorer = users.newScorer()) {
      for (int swap = 0; swap < 12; swap++) {
        live.publish(large[swap % 4]);
        long before = threads.getCurrentThreadAllocatedBytes();
        scorer.acquire();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        scorer.record(1, swap);
        scorer.release();
        // Code that is not compiled yet allocates a little.
        assertTrue(allocated < items / 4, "swap " + swap + ": " + allocated + " bytes");
      }
    }
  }
}
