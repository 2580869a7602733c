package org.staccato;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.CraftedFile;
import org.staccato.live.LoadMode;

/**
 * Opens the files that Jazzer makes of small weight files, with the right digest. In the build it
 * opens the files of the corpus as they are; with {@code JAZZER_FUZZ=1} in the environment it looks
 * for new ones, guided by the code that they reach.
 */
class HostileFileFuzzTest {
  @TempDir static Path folder;

  private final HostileFileJudge judge =
      new HostileFileJudge(folder.resolve("hostile.safetensors"), false);

  @FuzzTest(maxDuration = "10m")
  void aFileIsRejectedWithAReasonOrItsScoresAreFinite(byte[] file) throws IOException {
    judge.judge(CraftedFile.sealed(file), LoadMode.MAP);
  }
}
