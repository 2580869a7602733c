package org.staccato.users.items;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.harness.Models;
import org.staccato.live.CataloguePreparation;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;

/** Translations are made before their versions are published, and go with them. */
class TranslationsTest {
  private static final int ITEMS = 20_000;

  @TempDir Path folder;
  private final ItemDictionary dictionary = new ItemDictionary();
  private List<Path> versions = List.of();
  private LiveModel live;
  private Translations translations;

  @BeforeEach
  void openFirstVersion() throws IOException {
    versions =
        List.of(version(1, 0, 20), version(2, 100, 20), version(3, 200, 33), version(4, 0, 20));
    live = LiveModel.open(versions.getFirst(), OpenOptions.COPY);
    translations = new Translations(live, dictionary);
    live.addListener(translations);
    live.addPreparation(translations);
  }

  @AfterEach
  void close() {
    live.close();
  }

  /** Writes a version with textual keys from a number on. */
  private Path version(int seed, int from, int units) throws IOException {
    String[] keys =
        IntStream.range(from, from + ITEMS).mapToObj(i -> "item " + i).toArray(String[]::new);
    return Models.write(folder.resolve("version-" + seed), seed, units, keys);
  }

  private Translation current() {
    try (Scorer scorer = live.newScorer()) {
      return translations.of(scorer.acquire().version(), scorer.itemKeys());
    }
  }

  @Test
  void onlyTheTranslationsOfVersionsThatMayAnswerAreKept() throws IOException {
    assertEquals(1, translations.size());
    for (int swap = 1; swap < 10; swap++) {
      live.publish(versions.get(swap % 4));
      assertTrue(translations.size() <= 3, "swap " + swap);
    }
    assertEquals(2, translations.size());
    Translation before = current();
    live.publish(versions.get(2));
    live.rollBack();
    assertSame(before, current(), "a roll-back finds its translation");
    live.publish(versions.get(2));
    live.publish(versions.get(1));
    assertEquals(2, translations.size());
  }

  @Test
  void aVersionThatIsHeldKeepsItsTranslation() throws IOException {
    try (Scorer reader = live.newScorer()) {
      ModelVersion version = reader.acquire().version();
      Translation before = translations.of(version, reader.itemKeys());
      for (int swap = 1; swap < 6; swap++) {
        live.publish(versions.get(1 + swap % 3));
      }
      assertEquals(3, translations.size());
      assertSame(before, translations.of(version, reader.itemKeys()));
    }
  }

  @Test
  void aVersionThatIsRejectedLeavesNoneBehind() throws IOException {
    CataloguePreparation failing =
        (version, items, pace) -> {
          if (!version.path().equals(versions.getFirst())) {
            throw new IllegalStateException("no room for " + version.digest());
          }
        };
    live.addPreparation(failing);
    for (int swap = 1; swap < 7; swap++) {
      Path next = versions.get(1 + swap % 3);
      assertThrows(IOException.class, () -> live.publish(next));
      assertEquals(2, translations.size());
    }
    live.removePreparation(failing);
    live.publish(versions.get(1));
    assertEquals(2, translations.size());
  }

  @Test
  void versionsWithTheSameKeysShareTheirTranslation() throws IOException {
    Translation first = current();
    live.publish(versions.get(3));
    assertTrue(current().sharesWith(first));
    assertEquals(ITEMS, dictionary.size());
  }
}
