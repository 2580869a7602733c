package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.testkit.ModelFiles;

/** The public view of a ranking. */
class RankedTest {
  @TempDir Path folder;

  @Test
  void showsItemsAndScoresBestFirst() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, 40, 3, 9))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      Ranked ranked = new Ranked(0);
      scorer.topK(user, 2, ranked);
      int best = ranked.item(0);
      int second = ranked.item(1);
      assertEquals(2, ranked.size());
      assertEquals(scorer.score(user, best), ranked.score(0));
      assertEquals(scorer.score(user, second), ranked.score(1));
      assertEquals(
          "Ranked[items=["
              + best
              + ", "
              + second
              + "], scores=["
              + ranked.score(0)
              + ", "
              + ranked.score(1)
              + "]]",
          ranked.toString());
      assertThrows(IndexOutOfBoundsException.class, () -> ranked.item(2));
      assertThrows(IndexOutOfBoundsException.class, () -> ranked.score(2));
      assertThrows(IndexOutOfBoundsException.class, () -> ranked.item(-1));
    }
  }

  @Test
  void startsEmptyAndRefusesANegativeCapacity() {
    Ranked ranked = new Ranked();
    assertEquals(0, ranked.size());
    assertEquals("Ranked[items=[], scores=[]]", ranked.toString());
    assertThrows(IndexOutOfBoundsException.class, () -> ranked.item(0));
    assertThrows(IllegalArgumentException.class, () -> new Ranked(-1));
  }
}
