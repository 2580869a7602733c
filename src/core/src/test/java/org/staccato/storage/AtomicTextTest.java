package org.staccato.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicTextTest {
  @TempDir private Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void theTextTakesThePlaceOfTheOldOneAndLeavesNothingBeside() throws IOException {
    Path target = folder.resolve("page.md");
    Files.writeString(target, "an older and longer page");
    for (String text : List.of("µs — 5 ≥ 4\n", "")) {
      AtomicFile.writeText(target, text);
      assertEquals(text, Files.readString(target));
      assertEquals(List.of(target), files());
    }
  }

  @Test
  void aTextThatCannotTakeItsPlaceLeavesNothingBehind() throws IOException {
    Path target = Files.createDirectory(folder.resolve("page.md"));
    Files.createFile(target.resolve("within"));
    IOException refused =
        assertThrows(IOException.class, () -> AtomicFile.writeText(target, "text"));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith(target + ": cannot be written: "),
        refused::getMessage);
    assertEquals(List.of(target), files());
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    Path target = folder.resolve("absent").resolve("page.md");
    IOException refused =
        assertThrows(IOException.class, () -> AtomicFile.writeText(target, "text"));
    assertEquals(
        target + ": cannot be written: there is no folder " + target.getParent(),
        refused.getMessage());
  }
}
