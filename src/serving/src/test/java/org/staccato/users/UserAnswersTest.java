package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.ItemFilter;
import org.staccato.ItemSet;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.StaleVersionException;
import org.staccato.UserState;
import org.staccato.harness.Models;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.RandomSeed;

/** Answers for users of a table are those of a scorer on their states. */
class UserAnswersTest {
  private static final int EVENTS = 5;
  private static final int ITEMS = 200;

  @TempDir Path folder;
  private Path a;
  private Path b;

  @BeforeEach
  void writeVersions() throws IOException {
    a = Models.write(folder.resolve("a"), 1, 20, Models.keys(0, ITEMS));
    b = Models.write(folder.resolve("b"), 2, 33, Models.keys(100, 100 + ITEMS));
  }

  private static Set<Integer> setOf(int[] items, int count) {
    return new HashSet<>(Arrays.stream(items, 0, count).boxed().toList());
  }

  /** Sorts items by their scores, without some. */
  private static List<Integer> ranking(float[] scores, Set<Integer> without) {
    return IntStream.range(0, scores.length)
        .boxed()
        .filter(item -> !without.contains(item))
        .sorted((one, other) -> Float.compare(scores[other], scores[one]))
        .toList();
  }

  private static List<Integer> items(Ranked ranked) {
    return IntStream.range(0, ranked.size()).mapToObj(ranked::item).toList();
  }

  @Test
  void theItemsOfTheUsersEventsAreLeftOut() throws IOException {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
        UserScorer scorer = users.newScorer()) {
      Ranked ranked = new Ranked();
      float[] scores = new float[ITEMS];
      int[] events = new int[EVENTS];
      for (int request = 0; request < 2000; request++) {
        if (request % 200 == 199) {
          live.publish(request % 400 == 199 ? b : a);
        }
        long user = random.nextInt(30);
        ModelVersion version = scorer.acquire().version();
        if (random.nextBoolean()) {
          scorer.record(user, random.nextInt(ITEMS));
        }
        // Some requests rule out further items.
        int[] others = random.ints(random.nextInt(4), 0, ITEMS).toArray();
        ItemSet set = others.length == 0 ? null : ItemSet.of(version, others, others.length);
        ItemFilter filter = ItemFilter.NONE.withSeen(set);
        assertEquals(10, scorer.topKUnseen(user, 10, filter, ranked));
        scorer.scores(user, scores);
        Set<Integer> without = setOf(events, scorer.events(user, events));
        without.addAll(setOf(others, others.length));
        assertEquals(
            ranking(scores, without).subList(0, 10),
            items(ranked),
            "seed " + seed + ", " + request);
        scorer.topKUnseen(user, ITEMS, ItemFilter.NONE, ranked);
        without = setOf(events, scorer.events(user, events));
        assertEquals(ITEMS - without.size(), ranked.size());
        scorer.release();
      }
    }
  }

  @Test
  void aSetOfAnotherVersionIsRefused() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
        UserScorer scorer = users.newScorer()) {
      ItemFilter stale = ItemFilter.NONE.withSeen(new ItemSet(live.version()));
      ItemFilter denied = ItemFilter.NONE.withDeny(new ItemSet(live.version()));
      live.publish(b);
      Ranked ranked = new Ranked();
      scorer.acquire();
      scorer.record(1, 3);
      for (ItemFilter filter : List.of(stale, denied)) {
        assertThrows(StaleVersionException.class, () -> scorer.topKUnseen(1, 5, filter, ranked));
        assertThrows(StaleVersionException.class, () -> scorer.topK(1, 5, filter, ranked));
      }
      assertEquals(5, scorer.topKUnseen(1, 5, ItemFilter.NONE, ranked));
    }
  }

  /** A refused filter leaves nothing behind that the next filter is mixed up with. */
  @Test
  void afterASetWasRefusedTheNextFilterIsOfTheVersionThatAnswers() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
        UserScorer scorer = users.newScorer()) {
      ItemFilter stale = ItemFilter.NONE.withSeen(new ItemSet(live.version()));
      Ranked ranked = new Ranked();
      scorer.acquire();
      scorer.record(1, 3);
      assertEquals(5, scorer.topKUnseen(1, 5, ItemFilter.NONE, ranked));
      scorer.release();
      live.publish(b);
      scorer.acquire();
      scorer.record(1, 150);
      assertThrows(StaleVersionException.class, () -> scorer.topKUnseen(1, 5, stale, ranked));
      assertEquals(ITEMS - 1, scorer.topKUnseen(1, ITEMS, ItemFilter.NONE, ranked));
      assertFalse(items(ranked).contains(150));
      scorer.release();
    }
  }

  @Test
  void candidatesAndWholeCataloguesAreScored() throws IOException {
    try (LiveModel live = LiveModel.open(a);
        UserStates users = new UserStates(live, new UserStatesOptions(100, EVENTS));
        UserScorer scorer = users.newScorer();
        Scorer plain = live.newScorer()) {
      scorer.acquire();
      UserState state = plain.newState();
      for (int event : new int[] {3, 150, 7}) {
        scorer.record(1, event);
        plain.step(state, event);
      }
      float[] expected = new float[ITEMS];
      float[] found = new float[ITEMS];
      for (long user : new long[] {1, 2}) {
        plain.scores(state, expected);
        scorer.scores(user, found);
        assertArrayEquals(expected, found);
        int[] candidates = {199, 0, 15, 16, 17, 0};
        plain.score(state, candidates, 5, expected);
        scorer.score(user, candidates, 5, found);
        assertArrayEquals(expected, found);
        plain.reset(state);
      }
      assertThrows(
          IndexOutOfBoundsException.class, () -> scorer.score(1, new int[] {ITEMS}, 1, found));
      assertThrows(IllegalArgumentException.class, () -> scorer.scores(1, new float[ITEMS - 1]));
      assertEquals(1, users.gauges().users(), "an unknown user does not enter");
    }
  }

  @Test
  void anUnknownUserGetsTheAnswerOfANewUser() throws IOException {
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
}
