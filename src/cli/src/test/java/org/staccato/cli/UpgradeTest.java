package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the previous format version, which other verbs reject, and {@code upgrade} converts. */
class UpgradeTest {

  /** Written by the previous release, beside the tests of the conversion. */
  private static final Path EARLIER =
      Path.of("../core/src/test/resources/org/staccato/export/format-2/lstm-tied.safetensors");

  @TempDir private Path folder;

  @Test
  void aConvertedFileIsServed() throws IOException {
    Path old = Files.copy(EARLIER, folder.resolve("old.safetensors"));
    CommandLineRun.of("verify", old)
        .failed(ExitCode.BAD_INPUT, "found 2, expected 3", "staccato upgrade OLD NEW");
    Path target = folder.resolve("new.safetensors");
    Map<String, Object> converted = CommandLineRun.of("upgrade", old, target, "--json").json();
    Map<String, Object> verified = CommandLineRun.of("verify", target, "--json").json();
    assertEquals(converted.get("digest"), verified.get("digest"));
    assertArrayEquals(Files.readAllBytes(EARLIER), Files.readAllBytes(old));
    CommandLineRun.of("upgrade", target, target)
        .failed(ExitCode.BAD_INPUT, "the file needs no conversion");
    CommandLineRun.of("upgrade", old, old).done();
    assertArrayEquals(Files.readAllBytes(target), Files.readAllBytes(old));
  }

  @Test
  void whatIsNoEarlierFileIsRefused() throws IOException {
    Path target = folder.resolve("new.safetensors");
    Path text = Files.writeString(folder.resolve("log.csv"), "user,item\n1,2\n");
    CommandLineRun.of("upgrade", text, target).failed(ExitCode.BAD_INPUT, "not a weight file");
    CommandLineRun.of("upgrade", folder.resolve("none"), target)
        .failed(ExitCode.BAD_INPUT, "no such file");
    CommandLineRun.of("upgrade", EARLIER).failed(ExitCode.USAGE, "NEW");
    assertFalse(Files.exists(target));
  }
}
