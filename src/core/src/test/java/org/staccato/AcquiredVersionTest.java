package org.staccato;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.ModelFiles;

/** A request holds one version by try-with-resources, and reads keys of its answers meanwhile. */
class AcquiredVersionTest {
  @TempDir Path folder;
  private Path longs;
  private Path texts;

  @BeforeEach
  void write() throws IOException {
    longs = ModelFiles.random(folder, 1, 30, 8, 9);
    texts = ModelFiles.keyed(folder, 2, 3, ItemKeySource.of(List.of("cup", "pot", "thé")));
  }

  @Test
  void holdsOneVersionForTheBlock() throws IOException {
    try (LiveModel live = LiveModel.open(longs);
        Scorer scorer = live.newScorer()) {
      AcquiredVersion first;
      try (AcquiredVersion acquired = scorer.acquire()) {
        first = acquired;
        live.publish(texts);
        assertEquals(1, acquired.version().number());
        assertEquals(30, acquired.itemKeys().size());
        assertTrue(scorer.isAcquired());
      }
      assertFalse(scorer.isAcquired());
      try (AcquiredVersion acquired = scorer.acquire()) {
        assertSame(first, acquired);
        assertEquals(3, acquired.itemKeys().size());
      }
    }
  }

  @Test
  void releasesOnlyWhatIsHeld() throws IOException {
    try (LiveModel live = LiveModel.open(longs);
        ScorerPool<Scorer> pool = new ScorerPool<>(1, live::newScorer)) {
      Scorer scorer = pool.borrow();
      AcquiredVersion acquired = scorer.acquire();
      scorer.release();
      acquired.close();
      acquired.close();
      assertEquals(1, acquired.version().number());
      assertThrows(IllegalStateException.class, acquired::itemKeys);
      scorer.acquire();
      pool.giveBack(scorer);
      assertFalse(scorer.isAcquired());
    }
  }

  @Test
  void saysWhatToCall() throws IOException {
    try (LiveModel live = LiveModel.open(longs)) {
      for (ModelReader reader : List.of(live.newScorer(), live.newBatchScorer(2))) {
        assertRemedy("call acquire() before", reader::itemKeys);
        assertRemedy("call acquire() before", reader::release);
        reader.acquire();
        assertRemedy("call release() before", reader::acquire);
        reader.close();
        assertRemedy("closed", reader::acquire);
      }
    }
  }

  private static void assertRemedy(String words, Runnable call) {
    String message =
        String.valueOf(assertThrows(IllegalStateException.class, call::run).getMessage());
    assertTrue(message.contains(words), message);
  }

  @Test
  void rankedItemsHaveTheirKeys() throws IOException {
    byte[] utf8 = new byte[ItemKeys.TEXT_LIMIT];
    try (LiveModel live = LiveModel.open(texts);
        Scorer scorer = live.newScorer();
        BatchScorer batch = live.newBatchScorer(1)) {
      Ranked alone = new Ranked();
      Ranked together = new Ranked();
      UserState user = scorer.newState();
      scorer.topK(user, 3, alone);
      batch.topK(new UserState[] {user}, 1, 3, ItemFilter.NONE, new Ranked[] {together});
      for (Ranked ranked : List.of(alone, together)) {
        for (int rank = 0; rank < 3; rank++) {
          String text = live.itemKeys().text(ranked.item(rank));
          assertEquals(text, ranked.text(rank));
          assertEquals(text, new String(utf8, 0, ranked.copyText(rank, utf8), UTF_8));
        }
        assertThrows(IllegalStateException.class, () -> ranked.longKey(0));
        assertThrows(IndexOutOfBoundsException.class, () -> ranked.text(3));
      }
      live.publish(longs);
      scorer.topK(scorer.newState(), 3, alone);
      assertEquals(100 + alone.item(0), alone.longKey(0));
      assertEquals("" + alone.longKey(0), alone.text(0));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> new Ranked().text(0));
  }

  @Test
  void keysOfARetiredVersionAreNoOthers() throws IOException {
    Path other = ModelFiles.random(folder, 3, 30, 8, 9);
    for (OpenOptions options : List.of(OpenOptions.MAP, OpenOptions.COPY)) {
      Ranked ranked = new Ranked();
      try (LiveModel live = LiveModel.open(texts, options)) {
        Scorer scorer = live.newScorer();
        scorer.topK(scorer.newState(), 3, ranked);
        live.publish(longs);
        // One version is kept for a roll-back.
        ranked.text(0);
        live.publish(other);
        String message =
            String.valueOf(
                assertThrows(IllegalStateException.class, () -> ranked.text(0)).getMessage());
        assertTrue(message.contains("closed"), message);
        assertFalse(message.equals("Already closed"));
        assertThrows(IllegalStateException.class, () -> ranked.copyText(0, new byte[100]));
        ranked.item(0);
      }
    }
  }

  @Test
  void aRankingThatFailsLeavesNoItems() throws IOException {
    Ranked ranked = new Ranked();
    // Large enough to be shared with the workers.
    Path large = ModelFiles.random(folder, 4, 40_000, 1, 1);
    try (LiveModel live = LiveModel.open(texts)) {
      RankingWorkers workers = new RankingWorkers(1);
      Scorer scorer = live.newScorer(workers);
      scorer.topK(scorer.newState(), 3, ranked);
      live.publish(large);
      workers.close();
      assertThrows(IllegalStateException.class, () -> scorer.topK(scorer.newState(), 3, ranked));
      assertEquals(0, ranked.size());
    }
  }
}
