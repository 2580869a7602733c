package org.staccato.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.staccato.LiveModel;
import org.staccato.harness.Models;
import org.staccato.harness.SnapshotFixture;
import org.staccato.live.OpenOptions;
import org.staccato.users.UserRecord;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/** Writes a table of users to the disk and reads it back. */
class SnapshotTest extends SnapshotFixture {
  private static float[] scores(UserStates users, int count) {
    UserScorer scorer = users.newScorer();
    scorer.acquire();
    float[] scores = new float[count];
    for (int user = 0; user < count; user++) {
      scores[user] = scorer.score(user, user % 40);
    }
    scorer.release();
    return scores;
  }

  @Test
  void aRestoredTableAnswersAsBefore() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(2000, EVENTS))) {
      fill(users, 1000);
      users.writeSnapshot(file);
      users.writeSnapshot(file);
      try (UserStates restored =
          UserStates.restore(file, live, new UserStatesOptions(3000, EVENTS))) {
        assertEquals(1000, restored.gauges().users());
        assertEquals(EVENTS, restored.options().events());
        assertTrue(Arrays.equals(scores(users, 1000), scores(restored, 1000)));
        assertEquals(0, restored.gauges().rebuilds(), "the states themselves were kept");
        fill(users, 1000);
        fill(restored, 1000);
        assertTrue(Arrays.equals(scores(users, 1000), scores(restored, 1000)));
      }
    }
    assertEquals(List.of("model", "users.snapshot"), names());
  }

  @Test
  void anEmptyTableIsRestoredAsOne() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      users.writeSnapshot(file);
      try (UserStates restored =
          UserStates.restore(file, live, new UserStatesOptions(10, EVENTS))) {
        assertEquals(0, restored.gauges().users());
      }
    }
  }

  @Test
  void onAnotherVersionStatesAreReplayed() throws IOException {
    Path other = Models.write(folder.resolve("other"), 2, 33, Models.keys(20, 60));
    try (LiveModel live = LiveModel.open(model, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(2000, EVENTS))) {
      fill(users, 100);
      users.writeSnapshot(file);
      live.publish(other);
      try (UserStates restored =
          UserStates.restore(file, live, new UserStatesOptions(2000, EVENTS))) {
        assertTrue(Arrays.equals(scores(users, 100), scores(restored, 100)));
        assertEquals(100, restored.gauges().rebuilds());
        assertEquals(60, restored.gauges().items());
      }
    }
  }

  @Test
  void textualKeysComeBack() throws IOException {
    Path texts = Models.write(folder.resolve("texts"), 1, 9, "tea", "", "täglich 茶");
    try (LiveModel live = LiveModel.open(texts);
        UserStates users = new UserStates(live, new UserStatesOptions(10, EVENTS))) {
      UserScorer scorer = users.newScorer();
      scorer.acquire();
      scorer.record(Long.MIN_VALUE, 2);
      scorer.record(Long.MIN_VALUE, 1);
      scorer.release();
      users.writeSnapshot(file);
      try (UserStates restored =
          UserStates.restore(file, live, new UserStatesOptions(10, EVENTS))) {
        UserScorer again = restored.newScorer();
        int[] items = new int[EVENTS];
        again.acquire();
        assertEquals(2, again.events(Long.MIN_VALUE, items));
        assertEquals(2, items[0]);
        assertEquals(1, items[1]);
        again.release();
      }
    }
  }

  @Test
  void keysOfBothKindsComeBackWithAnyModel() throws IOException {
    Path texts = Models.write(folder.resolve("texts"), 1, 20, "tea", "3", "täglich 茶");
    try (LiveModel live = LiveModel.open(model, OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      UserScorer scorer = users.newScorer();
      scorer.acquire();
      scorer.record(1, 3);
      scorer.record(1, 8);
      scorer.release();
      live.publish(texts);
      scorer.acquire();
      scorer.record(1, 2);
      scorer.record(1, 1);
      scorer.release();
      users.writeSnapshot(file);
      try (UserStates restored =
          UserStates.restore(file, live, new UserStatesOptions(200, EVENTS))) {
        assertArrayEquals(new int[] {2, 1}, eventsOf(restored, 1));
        assertEquals(scores(users, 3)[1], scores(restored, 3)[1]);
        assertEquals(0, restored.gauges().rebuilds(), "the states themselves were kept");
        assertEquals(43, restored.gauges().items());
        live.rollBack();
        assertArrayEquals(new int[] {3, 8}, eventsOf(restored, 1));
        assertEquals(scores(users, 3)[1], scores(restored, 3)[1]);
      }
      // The keys of the model are of another kind than those of the file's state.
      try (UserStates restored =
          UserStates.restore(file, live, new UserStatesOptions(200, EVENTS))) {
        assertArrayEquals(new int[] {3, 8}, eventsOf(restored, 1));
        assertEquals(scores(users, 3)[1], scores(restored, 3)[1]);
        live.publish(texts);
        assertArrayEquals(new int[] {2, 1}, eventsOf(restored, 1));
        assertEquals(scores(users, 3)[1], scores(restored, 3)[1]);
        assertEquals(43, restored.gauges().items());
      }
    }
  }

  private static int[] eventsOf(UserStates users, long user) {
    UserScorer scorer = users.newScorer();
    int[] items = new int[EVENTS];
    scorer.acquire();
    int count = scorer.events(user, items);
    scorer.release();
    return Arrays.copyOf(items, count);
  }

  @Test
  void aSmallerTableKeepsTheMostRecentlyUsedUsers() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(20_000, EVENTS))) {
      fill(users, 20_000);
      UserScorer scorer = users.newScorer();
      scorer.acquire();
      IntStream.range(0, 100).forEach(user -> scorer.score(user * 200L, 3));
      scorer.release();
      users.writeSnapshot(file);
      try (UserStates restored =
          UserStates.restore(file, live, new UserStatesOptions(2000, EVENTS))) {
        for (long user = 0; user < 20_000; user += 200) {
          assertTrue(restored.contains(user), "user " + user);
        }
        assertTrue(restored.gauges().users() >= 2000, restored.gauges().toString());
        UserScorer further = restored.newScorer();
        further.acquire();
        for (int user = 100_000; user < 110_000; user++) {
          further.record(user, 1);
        }
        further.release();
        assertFalse(restored.contains(0), "the order of use goes on");
      }
    }
  }

  @Test
  void aTableForFewerEventsKeepsTheLastAndOneForMoreAllThereAre() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(2000, EVENTS))) {
      fill(users, 1000);
      fill(users, 300);
      fill(users, 77);
      users.writeSnapshot(file);
      for (int events : new int[] {1, 2, EVENTS - 1, EVENTS + 1, 2 * EVENTS, 97}) {
        UserStatesOptions options = new UserStatesOptions(2000, events);
        try (UserStates restored = UserStates.restore(file, live, options)) {
          assertEquals(events, restored.options().events());
          assertTrue(Arrays.equals(scores(users, 1000), scores(restored, 1000)));
          assertEquals(0, restored.gauges().rebuilds(), "the states themselves were kept");
          restored.forEachUser(user -> assertIsLastOf(users, user, events));
          // A restored table is restored again.
          Path again = folder.resolve("again");
          restored.writeSnapshot(again);
          try (UserStates same = UserStates.restore(again, live, options)) {
            same.forEachUser(
                user -> assertEquals(restored.exportUser(user.user()).orElseThrow(), user));
            fill(same, 1000);
            fill(restored, 1000);
            same.forEachUser(
                user -> assertEquals(restored.exportUser(user.user()).orElseThrow(), user));
            assertTrue(Arrays.equals(scores(restored, 1000), scores(same, 1000)));
          }
        }
      }
    }
  }

  private static void assertIsLastOf(UserStates users, UserRecord found, int events) {
    UserRecord whole = users.exportUser(found.user()).orElseThrow();
    int first = Math.max(0, whole.events().size() - events);
    List<UserRecord.Key> last = whole.events().subList(first, whole.events().size());
    assertEquals(new UserRecord(found.user(), whole.total(), last, whole.state()), found);
  }

  /** An import may bring fewer events than the user had, and than the table keeps. */
  @Test
  void usersOfFewerEventsThanFitComeBackSo() throws IOException {
    try (LiveModel live = LiveModel.open(model);
        UserStates users = new UserStates(live, new UserStatesOptions(200, EVENTS))) {
      for (int kept = 0; kept <= EVENTS; kept++) {
        for (long total : new long[] {kept, 7, 100, 1L << 40}) {
          List<UserRecord.Key> keys =
              IntStream.range(0, kept)
                  .mapToObj(i -> (UserRecord.Key) new UserRecord.LongKey(i))
                  .toList();
          users.importUser(new UserRecord(total + kept, total, keys));
        }
      }
      users.writeSnapshot(file);
      for (int events : new int[] {1, EVENTS - 1, EVENTS, EVENTS + 1, 97}) {
        try (UserStates restored =
            UserStates.restore(file, live, new UserStatesOptions(200, events))) {
          assertEquals(users.gauges().users(), restored.gauges().users());
          restored.forEachUser(user -> assertIsLastOf(users, user, events));
          fill(restored, 200);
          restored.forEachUser(user -> assertTrue(user.events().size() <= events));
        }
      }
    }
  }
}
