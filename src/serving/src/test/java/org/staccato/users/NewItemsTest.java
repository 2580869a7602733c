package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.AcquiredVersion;
import org.staccato.ItemFilter;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.ScorerPool;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.harness.Models;
import org.staccato.live.OpenOptions;
import org.staccato.users.UserRecord.LongKey;
import org.staccato.users.UserRecord.TextKey;

/** Events on products that no version has yet are kept, and count once a version has them. */
class NewItemsTest {
  private static final int EVENTS = 5;

  @TempDir Path folder;
  private Path cups;
  private Path cupsAndPots;
  private Path numbers;

  @BeforeEach
  void write() throws IOException {
    cups = Models.write(folder.resolve("cups"), 1, 20, "cup", "mug");
    cupsAndPots = Models.write(folder.resolve("pots"), 2, 20, "mug", "pot", "cup", "thé");
    numbers = Models.write(folder.resolve("numbers"), 3, 20, Models.keys(0, 30));
  }

  @Test
  void aNewProductCountsInTheVersionThatHasIt() throws IOException {
    try (LiveModel live = LiveModel.open(cups, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      assertTrue(scorer.recordKey(1, "cup"));
      byte[] tea = "[thé]".getBytes(StandardCharsets.UTF_8);
      assertFalse(scorer.recordKey(1, tea, 1, tea.length - 2));
      assertFalse(scorer.recordKey(1, "pot"));
      assertTrue(scorer.recordKey(1, "mug"));
      assertEquals(2, users.gauges().unknownItems());
      assertEquals(4, users.gauges().items());
      assertEquals(List.of("cup", "mug"), events(scorer, 1));
      live.publish(cupsAndPots);
      assertEquals(0, users.gauges().unknownItems());
      assertEquals(List.of("cup", "thé", "pot", "mug"), events(scorer, 1));
      assertEquals(replay(live, "cup", "thé", "pot", "mug"), best(scorer, 1));
      live.rollBack();
      assertEquals(List.of("cup", "mug"), events(scorer, 1));
      assertEquals(replay(live, "cup", "mug"), best(scorer, 1));
      assertEquals(0, users.gauges().unknownItems());
    }
  }

  private static List<String> events(UserScorer scorer, long user) {
    int[] items = new int[EVENTS];
    try (AcquiredVersion acquired = scorer.acquire()) {
      return Arrays.stream(items, 0, scorer.events(user, items))
          .mapToObj(acquired.itemKeys()::text)
          .toList();
    }
  }

  private static String best(UserScorer scorer, long user) {
    Ranked ranked = new Ranked();
    scorer.topK(user, 2, ItemFilter.NONE, ranked);
    return ranked.text(0) + " " + ranked.score(0) + " " + ranked.text(1) + " " + ranked.score(1);
  }

  private static String replay(LiveModel live, String... keys) {
    try (Scorer scorer = live.newScorer()) {
      UserState state = scorer.newState();
      for (String key : keys) {
        assertTrue(scorer.step(state, live.itemKeys().indexOf(key)));
      }
      Ranked ranked = new Ranked();
      scorer.topK(state, 2, ranked);
      return ranked.text(0) + " " + ranked.score(0) + " " + ranked.text(1) + " " + ranked.score(1);
    }
  }

  @Test
  void aUserOfNewProductsAloneHasTheAnswersOfANewUser() throws IOException {
    try (LiveModel live = LiveModel.open(cups);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      assertFalse(scorer.recordKey(1, "kettle"));
      assertTrue(users.contains(1));
      assertEquals(best(scorer, 2), best(scorer, 1));
    }
  }

  @Test
  void decimalTextsAreTheKeysOfAVersionWithNumbers() throws IOException {
    try (LiveModel live = LiveModel.open(numbers);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      assertTrue(scorer.recordKey(1, 7));
      assertTrue(scorer.recordKey(1, "8"));
      assertFalse(scorer.recordKey(1, 1000));
      assertFalse(scorer.recordKey(1, "1001"));
      assertFalse(scorer.recordKey(1, "007"));
      assertEquals(
          List.of(
              new LongKey(7),
              new LongKey(8),
              new LongKey(1000),
              new LongKey(1001),
              new TextKey("007")),
          users.exportUser(1).orElseThrow().events());
    }
  }

  @Test
  void keysOfStrangersDoNotFillTheMemory() throws IOException {
    UserStatesOptions options = new UserStatesOptions(10, EVENTS).withUnknownItems(3);
    try (LiveModel live = LiveModel.open(cups);
        UserStates users = new UserStates(live, options)) {
      UserScorer scorer = users.newScorer();
      for (int i = 0; i < 100; i++) {
        assertFalse(scorer.recordKey(1, "made up " + i));
        assertFalse(scorer.recordKey(1, i));
      }
      assertEquals(3, users.gauges().unknownItems());
      assertEquals(5, users.gauges().items());
      assertFalse(scorer.recordKey(2, "made up 1"));
      assertEquals(List.of(new TextKey("made up 1")), users.exportUser(2).orElseThrow().events());
      assertFalse(scorer.recordKey(3, "pot"));
      assertFalse(users.contains(3), "an event that is not kept adds no user");
      live.publish(cupsAndPots);
      assertTrue(scorer.recordKey(3, "pot"));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new UserStatesOptions(1, 1).withUnknownItems(-1));
  }

  @Test
  void badKeysChangeNothing() throws IOException {
    try (LiveModel live = LiveModel.open(cups);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      String longest = "x".repeat(ItemKeys.TEXT_LIMIT);
      assertFalse(scorer.recordKey(1, longest));
      assertThrows(IllegalArgumentException.class, () -> scorer.recordKey(1, longest + "x"));
      assertThrows(IllegalArgumentException.class, () -> scorer.recordKey(1, "\ud800"));
      assertThrows(IndexOutOfBoundsException.class, () -> scorer.recordKey(1, new byte[3], 1, 3));
      assertEquals(1, users.exportUser(1).orElseThrow().total());
      assertFalse(scorer.isAcquired());
    }
  }

  @Test
  void areInSnapshots() throws IOException {
    Path snapshot = folder.resolve("users.snapshot");
    UserStatesOptions options = new UserStatesOptions(10, EVENTS);
    try (LiveModel live = LiveModel.open(cups)) {
      try (UserStates users = new UserStates(live, options)) {
        UserScorer scorer = users.newScorer();
        scorer.recordKey(1, "cup");
        scorer.recordKey(1, "pot");
        users.writeSnapshot(snapshot);
      }
      try (UserStates users = UserStates.restore(snapshot, live, options)) {
        live.publish(cupsAndPots);
        assertEquals(List.of("cup", "pot"), events(users.newScorer(), 1));
      }
    }
  }

  @Test
  void callsWithIndicesNeedAVersionAndSayHowToGetOne() throws IOException {
    try (LiveModel live = LiveModel.open(cups);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      for (Runnable call :
          List.<Runnable>of(
              () -> scorer.record(1, 0),
              () -> scorer.score(1, 0),
              () -> scorer.score(1, new int[1], 1, new float[1]),
              () -> scorer.scores(1, new float[2]),
              () -> scorer.events(1, new int[EVENTS]),
              scorer::itemKeys)) {
        String message =
            String.valueOf(assertThrows(IllegalStateException.class, call::run).getMessage());
        assertTrue(message.contains("call acquire() before"), message);
      }
      try (AcquiredVersion acquired = scorer.acquire()) {
        assertFalse(scorer.record(1, acquired.itemKeys().indexOf("pot")));
        assertFalse(users.contains(1));
        assertTrue(scorer.record(1, acquired.itemKeys().indexOf("cup")));
        assertEquals(Float.NEGATIVE_INFINITY, scorer.score(1, ItemKeys.UNKNOWN));
        float[] scores = new float[2];
        scorer.score(1, new int[] {ItemKeys.UNKNOWN, 0}, 2, scores);
        assertArrayEquals(new float[] {Float.NEGATIVE_INFINITY, scorer.score(1, 0)}, scores);
      }
    }
  }

  /**
   * Eight threads record the same new products while versions with and without them are swapped.
   */
  @Test
  void eventsOfManyThreadsAreKeptWhileVersionsChange() throws Exception {
    int threads = 8;
    int each = 2_000;
    UserStatesOptions options = new UserStatesOptions(threads, each);
    try (LiveModel live = LiveModel.open(cups, OpenOptions.COPY);
        UserStates users = new UserStates(live, options);
        ScorerPool<UserScorer> pool = new ScorerPool<>(threads, users::newScorer);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> recorded =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(user -> executor.submit(() -> record(pool, user, each)))
              .toList();
      for (int i = 0; i < 20; i++) {
        live.publish(i % 2 == 0 ? cupsAndPots : cups);
      }
      for (Future<?> future : recorded) {
        future.get();
      }
      for (int user = 0; user < threads; user++) {
        List<UserRecord.Key> events = users.exportUser(user).orElseThrow().events();
        assertEquals(each, events.size());
        for (int i = 0; i < each; i++) {
          assertEquals(new TextKey(i % 2 == 0 ? "pot" : "new-" + i % 50), events.get(i));
        }
      }
    }
  }

  private static void record(ScorerPool<UserScorer> pool, long user, int count) {
    for (int i = 0; i < count; i++) {
      UserScorer scorer = pool.borrow();
      try {
        scorer.recordKey(user, i % 2 == 0 ? "pot" : "new-" + i % 50);
      } finally {
        pool.giveBack(scorer);
      }
    }
  }
}
