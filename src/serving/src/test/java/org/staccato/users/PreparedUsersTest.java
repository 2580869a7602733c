package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.LiveModel;
import org.staccato.harness.VersionsFixture;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.RandomSeed;

/** A record gives the same bits with and without prepared sums, over all changes in between. */
class PreparedUsersTest extends VersionsFixture {
  private static final int EVENTS = 5;

  private static int kept(UserStates users) {
    return users.table().stripes().stream().mapToInt(stripe -> stripe.prepared().size()).sum();
  }

  @Test
  void preparedSumsAreTakenByTheNextRecordOfAnyScorer() throws IOException {
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates users =
            new UserStates(live, new UserStatesOptions(100, EVENTS).withPreparedUsers(1));
        UserScorer one = users.newScorer();
        UserScorer other = users.newScorer()) {
      one.acquire();
      other.acquire();
      one.prepare(1);
      assertEquals(0, kept(users), "the user is not known");
      one.record(1, 3);
      one.prepare(1);
      assertEquals(1, kept(users));
      other.score(1, 4);
      assertEquals(1, kept(users), "an answer leaves it");
      other.record(1, 5);
      assertEquals(0, kept(users));

      one.prepare(1);
      users.forget(1);
      assertEquals(0, kept(users), "a forgotten user leaves nothing");
    }
  }

  @Test
  void noMoreAreKeptThanAskedFor() throws IOException {
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates none = new UserStates(live, new UserStatesOptions(1000, EVENTS));
        UserStates some =
            new UserStates(live, new UserStatesOptions(1000, EVENTS).withPreparedUsers(65));
        UserScorer plain = none.newScorer();
        UserScorer scorer = some.newScorer()) {
      plain.acquire();
      scorer.acquire();
      for (long user = 0; user < 1000; user++) {
        plain.record(user, 3);
        scorer.record(user, 3);
        plain.prepare(user);
        scorer.prepare(user);
      }
      assertEquals(0, kept(none));
      assertEquals(128, kept(some), "a multiple of the stripes");
    }
    assertThrows(
        IllegalArgumentException.class, () -> new UserStatesOptions(1, 1).withPreparedUsers(-1));
  }

  @Test
  void theBitsAreThoseOfATableThatPreparesNothing() throws IOException {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    try (LiveModel live = LiveModel.open(versions[0], OpenOptions.COPY);
        UserStates plainUsers = new UserStates(live, new UserStatesOptions(20, EVENTS));
        UserStates users =
            new UserStates(live, new UserStatesOptions(20, EVENTS).withPreparedUsers(128));
        UserScorer plain = plainUsers.newScorer();
        UserScorer scorer = users.newScorer()) {
      float[] expected = new float[60];
      float[] found = new float[60];
      for (int operation = 0; operation < 20_000; operation++) {
        String which = "seed " + seed + ", operation " + operation;
        long user = random.nextInt(60);
        if (random.nextInt(500) == 0) {
          live.publish(versions[random.nextInt(3)]);
        }
        plain.acquire();
        scorer.acquire();
        int item = random.nextInt(plain.itemKeys().size());
        switch (random.nextInt(12)) {
          case 0 -> assertEquals(plainUsers.forget(user), users.forget(user), which);
          case 1 ->
              plainUsers
                  .exportUser(user)
                  .ifPresent(
                      record -> {
                        plainUsers.importUser(record);
                        users.importUser(users.exportUser(user).orElseThrow());
                      });
          case 2, 3 -> {
            plain.scores(user, expected);
            scorer.scores(user, found);
            assertArrayEquals(expected, found, which);
          }
          case 4, 5, 6, 7 -> {
            plain.score(user, 1);
            scorer.prepare(user);
          }
          default -> {
            plain.record(user, item);
            scorer.record(user, item);
            assertEquals(plain.score(user, item), scorer.score(user, item), which);
          }
        }
        plain.release();
        scorer.release();
      }
      assertEquals(plainUsers.gauges().users(), users.gauges().users());
      assertTrue(kept(users) > 0);
    }
  }
}
