package org.staccato.load.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.live.OpenOptions;

class ShiftedCopyTest {
  @TempDir private Path folder;

  @Test
  void theCopyIsAValidModelWithEveryScoreRaised() throws IOException {
    Path source = ServedModels.write(folder.resolve("source"), 1);
    Path copy = folder.resolve("copy");
    ShiftedCopy.write(source, copy, 0.5f);
    float[] before = new float[ServedModels.ITEMS];
    float[] after = new float[ServedModels.ITEMS];
    assertNotEquals(scores(source, before), scores(copy, after));
    for (int item = 0; item < before.length; item++) {
      assertEquals(before[item] + 0.5f, after[item], 1e-5f);
    }
  }

  private static String scores(Path file, float[] all) throws IOException {
    try (LiveModel live = LiveModel.open(file, OpenOptions.COPY.withCold(true))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      scorer.scores(user, all);
      return live.version().digest();
    }
  }

  @Test
  void versionsThatAnswerAlikeAreRefused() throws IOException {
    Path source = ServedModels.write(folder.resolve("source"), 1);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> ExpectedAnswers.of(source, source, 5, 1));
    assertTrue(
        String.valueOf(refused.getMessage()).contains(source.toString()), refused::getMessage);
  }
}
