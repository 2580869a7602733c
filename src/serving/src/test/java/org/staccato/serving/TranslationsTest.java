package org.staccato.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.live.CataloguePreparation;
import org.staccato.live.OpenOptions;

/** Translations are made before their versions are published, and go with them. */
class TranslationsTest {
  private static final int ITEMS = 20_000;

  @TempDir Path folder;
  private List<Path> versions = List.of();

  @BeforeEach
  void writeVersions() throws IOException {
    versions =
        List.of(version(1, 0, 20), version(2, 100, 20), version(3, 200, 33), version(4, 0, 20));
  }

  /** A version of texts, the first of which tell it from others. */
  private Path version(int seed, int from, int units) throws IOException {
    String[] keys =
        IntStream.range(from, from + ITEMS).mapToObj(i -> "item " + i).toArray(String[]::new);
    return Models.write(folder.resolve("version-" + seed), seed, units, keys);
  }

  @Test
  void theFirstRequestOnAVersionFindsItsItemsTranslated() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (LiveModel live = LiveModel.open(versions.get(2), OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, 7));
        UserScorer scorer = users.newScorer()) {
      // What a call allocates before it is compiled is not for the items.
      for (int swap = 0; swap < 12; swap++) {
        live.publish(versions.get(swap % 4));
        long before = threads.getCurrentThreadAllocatedBytes();
        scorer.acquire();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        scorer.record(1, swap);
        scorer.release();
        assertTrue(allocated < ITEMS / 4, "swap " + swap + ": " + allocated + " bytes");
      }
    }
  }

  @Test
  void onlyTheTranslationsOfVersionsThatMayAnswerAreKept() throws IOException {
    try (LiveModel live = LiveModel.open(versions.get(0), OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, 7));
        UserScorer scorer = users.newScorer()) {
      assertEquals(1, users.translations().size());
      for (int swap = 1; swap < 10; swap++) {
        live.publish(versions.get(swap % 4));
        assertTrue(users.translations().size() <= 3, "swap " + swap);
      }
      assertEquals(2, users.translations().size());
      Translation current = translation(users, scorer);
      live.publish(versions.get(2));
      live.rollBack();
      assertSame(current, translation(users, scorer), "a roll-back finds its translation");
      live.publish(versions.get(2));
      live.publish(versions.get(1));
      assertEquals(2, users.translations().size());
    }
  }

  private static Translation translation(UserStates users, UserScorer scorer) {
    Translation found = users.translations().of(scorer.acquire(), scorer.items());
    scorer.release();
    return found;
  }

  @Test
  void aVersionThatIsHeldKeepsItsTranslation() throws IOException {
    try (LiveModel live = LiveModel.open(versions.get(0), OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, 7));
        UserScorer scorer = users.newScorer();
        UserScorer late = users.newScorer()) {
      scorer.acquire();
      late.acquire();
      for (int swap = 1; swap < 6; swap++) {
        live.publish(versions.get(1 + swap % 3));
      }
      assertEquals(3, users.translations().size());
      scorer.record(1, 5);
      late.record(1, 6);
      assertEquals(scorer.score(1, 7), late.score(1, 7));
      scorer.release();
      late.release();
      scorer.acquire();
      scorer.record(1, 5);
      scorer.release();
    }
  }

  @Test
  void aVersionThatIsRejectedLeavesNoneBehind() throws IOException {
    CataloguePreparation failing =
        (version, items, pace) -> {
          if (!version.path().equals(versions.get(0))) {
            throw new IllegalStateException("no room for " + version.digest());
          }
        };
    try (LiveModel live = LiveModel.open(versions.get(0), OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, 7))) {
      live.addPreparation(failing);
      for (int swap = 1; swap < 7; swap++) {
        Path next = versions.get(1 + swap % 3);
        assertThrows(IOException.class, () -> live.publish(next));
        assertEquals(2, users.translations().size());
      }
      live.removePreparation(failing);
      live.publish(versions.get(1));
      assertEquals(2, users.translations().size());
    }
  }

  @Test
  void versionsWithTheSameKeysShareTheirTranslation() throws IOException {
    try (LiveModel live = LiveModel.open(versions.get(0), OpenOptions.COPY);
        UserStates users = new UserStates(live, new UserStatesOptions(100, 7));
        UserScorer scorer = users.newScorer()) {
      Translation first = translation(users, scorer);
      live.publish(versions.get(3));
      assertTrue(translation(users, scorer).sharesWith(first));
      assertEquals(ITEMS, users.gauges().items());
    }
  }
}
