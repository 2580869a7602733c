package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.harness.Models;
import org.staccato.live.OpenOptions;
import org.staccato.users.UserRecord.LongKey;
import org.staccato.users.UserRecord.TextKey;

/** Users who are exported from a table and imported. */
class UserRecordTest {
  private static final int EVENTS = 5;
  private static final UserStatesOptions OPTIONS = new UserStatesOptions(1000, EVENTS);

  @TempDir Path folder;
  private Path longs;
  private Path texts;

  @BeforeEach
  void writeVersions() throws IOException {
    longs = Models.write(folder.resolve("longs"), 1, 20, Models.keys(0, 40));
    texts = Models.write(folder.resolve("texts"), 2, 20, "3", "tea", "täglich 茶", "");
  }

  private static void record(UserStates users, long user, int... items) {
    try (UserScorer scorer = users.newScorer()) {
      scorer.acquire();
      for (int item : items) {
        scorer.record(user, item);
      }
    }
  }

  private static List<UserRecord.Key> longKeys(long... keys) {
    List<UserRecord.Key> list = new ArrayList<>();
    for (long key : keys) {
      list.add(new LongKey(key));
    }
    return list;
  }

  @Test
  void anExportHasTheLastEventsOfBothKindsOldestFirst() throws IOException {
    try (LiveModel live = LiveModel.open(longs, OpenOptions.COPY);
        UserStates users = new UserStates(live, OPTIONS)) {
      assertEquals(Optional.empty(), users.exportUser(7));
      record(users, 7, 1, 2, 3, 4);
      assertEquals(
          new UserRecord(7, 4, longKeys(1, 2, 3, 4)),
          users.exportUser(7).orElseThrow().withoutState());
      live.publish(texts);
      record(users, 7, 0, 2, 3);
      assertEquals(
          new UserRecord(
              7,
              7,
              List.of(
                  new LongKey(3),
                  new LongKey(4),
                  new TextKey("3"),
                  new TextKey("täglich 茶"),
                  new TextKey(""))),
          users.exportUser(7).orElseThrow().withoutState());
      assertTrue(users.forget(7));
      assertEquals(Optional.empty(), users.exportUser(7));
    }
  }

  @Test
  void anImportReplacesTheUserAndAnswersAsAReplay() throws IOException {
    try (LiveModel live = LiveModel.open(longs, OpenOptions.COPY);
        UserStates users = new UserStates(live, OPTIONS);
        UserScorer scorer = users.newScorer();
        Scorer plain = live.newScorer()) {
      record(users, 7, 1, 2);
      UserRecord imported =
          new UserRecord(
              7,
              100,
              List.of(
                  new LongKey(9),
                  new LongKey(8),
                  new TextKey("of no version"),
                  new LongKey(30),
                  new LongKey(-1),
                  new LongKey(31)));
      users.importUser(imported);
      assertEquals(
          new UserRecord(7, 100, imported.events().subList(1, 6)),
          users.exportUser(7).orElseThrow());
      UserState state = plain.newState();
      plain.step(state, 8);
      plain.step(state, 30);
      plain.step(state, 31);
      scorer.acquire();
      assertEquals(plain.score(state, 2), scorer.score(7, 2));
      scorer.record(7, 12);
      plain.step(state, 12);
      assertEquals(plain.score(state, 2), scorer.score(7, 2));
      assertEquals(101, users.exportUser(7).orElseThrow().total());
      assertEquals(1, users.gauges().users());
    }
  }

  @Test
  void aTableOfMoreEventsTakesTheOnesThereAre() throws IOException {
    try (LiveModel live = LiveModel.open(longs);
        UserStates few = new UserStates(live, OPTIONS);
        UserStates more = new UserStates(live, new UserStatesOptions(10, 2 * EVENTS))) {
      record(few, 1, 1, 2, 3, 4, 5, 6, 7);
      UserRecord user = few.exportUser(1).orElseThrow();
      more.importUser(user);
      assertEquals(user, more.exportUser(1).orElseThrow());
      record(more, 1, 8, 9, 10, 11, 12, 13);
      assertEquals(
          new UserRecord(1, 13, longKeys(4, 5, 6, 7, 8, 9, 10, 11, 12, 13)),
          more.exportUser(1).orElseThrow().withoutState());
    }
  }

  @Test
  void impossibleRecordsAreRefused() {
    List<UserRecord.Key> two = longKeys(1, 2);
    assertThrows(IllegalArgumentException.class, () -> new UserRecord(1, 1, two));
    assertThrows(IllegalArgumentException.class, () -> new UserRecord(1, -1, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new TextKey("\ud83c"));
    String longest = "x".repeat(ItemKeys.TEXT_LIMIT);
    assertEquals(longest, new TextKey(longest).text());
    assertThrows(IllegalArgumentException.class, () -> new TextKey(longest + "x"));
    List<UserRecord.Key> mutable = new ArrayList<>(two);
    UserRecord copied = new UserRecord(1, 2, mutable);
    Collections.reverse(mutable);
    assertEquals(two, copied.events());
  }

  @Test
  void eachUserComesOnce() throws IOException {
    try (LiveModel live = LiveModel.open(longs);
        UserStates users = new UserStates(live, new UserStatesOptions(10_000, EVENTS))) {
      users.forEachUser(user -> assertEquals(null, user, "the table is empty"));
      Map<Long, UserRecord> expected = new HashMap<>();
      for (long user = 0; user < 5000; user++) {
        record(users, user, (int) user % 40);
        expected.put(user, new UserRecord(user, 1, longKeys(user % 40)));
      }
      for (long user = 0; user < 5000; user += 3) {
        users.forget(user);
        expected.remove(user);
      }
      Map<Long, UserRecord> found = new HashMap<>();
      users.forEachUser(user -> assertEquals(null, found.put(user.user(), user.withoutState())));
      assertEquals(expected, found);
    }
  }

  @Test
  void anActionMayUseTheTable() throws Exception {
    try (LiveModel live = LiveModel.open(longs);
        UserStates users = new UserStates(live, OPTIONS)) {
      for (long user = 0; user < 500; user++) {
        record(users, user, 1);
      }
      Set<Long> seen = new HashSet<>();
      users.forEachUser(
          user -> {
            seen.add(user.user());
            try {
              // Another thread would wait for a lock that is held here.
              Thread.ofPlatform().start(() -> record(users, user.user(), 2)).join();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            assertTrue(users.forget(user.user()));
          });
      assertEquals(500, seen.size());
      assertEquals(0, users.gauges().users());
    }
  }

  @Test
  void whatAnActionThrowsLeavesTheTableUsable() throws IOException {
    try (LiveModel live = LiveModel.open(longs);
        UserStates users = new UserStates(live, OPTIONS)) {
      for (long user = 0; user < 500; user++) {
        record(users, user, 1);
      }
      List<Long> seen = new ArrayList<>();
      StackOverflowError thrown =
          assertThrows(
              StackOverflowError.class,
              () ->
                  users.forEachUser(
                      user -> {
                        seen.add(user.user());
                        if (seen.size() == 100) {
                          throw new StackOverflowError("an action");
                        }
                      }));
      assertEquals("an action", thrown.getMessage());
      record(users, seen.get(99), 3);
      assertEquals(2, users.exportUser(seen.get(99)).orElseThrow().total());
      seen.clear();
      users.forEachUser(user -> seen.add(user.user()));
      assertEquals(500, seen.size());
    }
  }

  @Test
  void anActionMayCloseTheTable() throws IOException {
    try (LiveModel live = LiveModel.open(longs)) {
      UserStates users = new UserStates(live, OPTIONS);
      for (long user = 0; user < 500; user++) {
        record(users, user, 1);
      }
      assertThrows(IllegalStateException.class, () -> users.forEachUser(user -> users.close()));
      assertFalse(users.gauges().bytes() > 0);
    }
  }

  @Test
  void moreEventsThanCanBeCountedAreRefused() throws IOException {
    List<UserRecord.Key> keys = longKeys(1, 2);
    try (LiveModel live = LiveModel.open(longs);
        UserStates users = new UserStates(live, OPTIONS)) {
      UserRecord tooMany = new UserRecord(7, Long.MAX_VALUE, keys);
      assertThrows(IllegalArgumentException.class, () -> users.importUser(tooMany));
      users.importUser(new UserRecord(7, 1L << 62, keys));
      record(users, 7, 3, 4, 5, 6);
      UserRecord found = users.exportUser(7).orElseThrow();
      assertEquals((1L << 62) + 4, found.total());
      assertEquals(longKeys(2, 3, 4, 5, 6), found.events());
    }
  }

  @Test
  void aStateOfMoreEventsThanAreKeptMovesWithItsUser() throws IOException {
    try (LiveModel live = LiveModel.open(longs);
        UserStates from = new UserStates(live, OPTIONS);
        UserStates to = new UserStates(live, new UserStatesOptions(10, EVENTS - 2));
        UserStates replayed = new UserStates(live, OPTIONS)) {
      record(from, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      UserRecord user = from.exportUser(7).orElseThrow();
      assertEquals(live.version().digest(), user.state().orElseThrow().digest());
      to.importUser(user);
      assertEquals(score(from, 7), score(to, 7));
      assertEquals(0, to.gauges().rebuilds());
      assertEquals(user.state(), to.exportUser(7).orElseThrow().state());

      replayed.importUser(user.withoutState());
      assertEquals(Optional.empty(), replayed.exportUser(7).orElseThrow().state());
      assertNotEquals(score(from, 7), score(replayed, 7));
      assertEquals(1, replayed.gauges().rebuilds());
    }
  }

  private static float score(UserStates users, long user) {
    try (UserScorer scorer = users.newScorer()) {
      scorer.acquire();
      return scorer.score(user, 3);
    }
  }

  @Test
  void aStateOfAnotherVersionIsReplacedByAReplay() throws IOException {
    Path other = Models.write(folder.resolve("other"), 3, 20, Models.keys(0, 40));
    try (LiveModel live = LiveModel.open(longs, OpenOptions.COPY);
        UserStates users = new UserStates(live, OPTIONS);
        Scorer plain = live.newScorer()) {
      record(users, 7, 1, 2);
      UserRecord user = users.exportUser(7).orElseThrow();
      live.publish(other);
      assertEquals(Optional.empty(), users.exportUser(7).orElseThrow().state());
      users.importUser(user);
      assertEquals(Optional.empty(), users.exportUser(7).orElseThrow().state());
      UserState state = plain.newState();
      plain.step(state, 1);
      plain.step(state, 2);
      assertEquals(plain.score(state, 3), score(users, 7));
    }
  }

  @Test
  void aStateThatNoStepGivesIsRefused() throws IOException {
    try (LiveModel live = LiveModel.open(longs);
        UserStates users = new UserStates(live, OPTIONS)) {
      record(users, 7, 1, 2);
      UserRecord user = users.exportUser(7).orElseThrow();
      byte[] bytes = user.state().orElseThrow().bytes();
      byte[] notFinite = bytes.clone();
      ByteBuffer.wrap(notFinite).order(ByteOrder.LITTLE_ENDIAN).putFloat(32, Float.NaN);
      byte[] tooLarge = bytes.clone();
      ByteBuffer.wrap(tooLarge).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, 1.01f);
      List<byte[]> impossible =
          List.of(
              notFinite,
              tooLarge,
              Arrays.copyOf(bytes, bytes.length - 4),
              Arrays.copyOf(bytes, bytes.length + 4));
      for (byte[] wrong : impossible) {
        UserRecord other =
            new UserRecord(7, 9, longKeys(5), Optional.of(new UserRecord.State(wrong)));
        assertThrows(IllegalArgumentException.class, () -> users.importUser(other));
        assertEquals(user, users.exportUser(7).orElseThrow());
      }
      assertThrows(IllegalArgumentException.class, () -> new UserRecord.State(new byte[31]));
    }
  }

  @Test
  void aStateIsAValue() {
    byte[] bytes = new byte[100];
    UserRecord.State state = new UserRecord.State(bytes);
    bytes[0] = 1;
    state.bytes()[0] = 1;
    assertEquals(new UserRecord.State(new byte[100]), state);
    assertEquals(new UserRecord.State(new byte[100]).hashCode(), state.hashCode());
    assertNotEquals(new UserRecord.State(bytes), state);
    assertEquals("0".repeat(64), state.digest());
  }
}
