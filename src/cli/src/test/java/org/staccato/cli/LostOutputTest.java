package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verb fails if its result cannot be written, even if all its work succeeded. */
class LostOutputTest {
  private static final String SENTENCE = "staccato: standard output: cannot be written: ";

  @TempDir private static Path folder;
  private static SmallModel model = new SmallModel(Path.of(""), Path.of(""));

  @BeforeAll
  static void train() throws IOException {
    model = SmallModel.in(folder);
  }

  /** Accepts some bytes, and then fails. */
  private static final class FullDisk extends OutputStream {
    private int room;

    FullDisk(int room) {
      this.room = room;
    }

    @Override
    public void write(int value) throws IOException {
      if (room-- <= 0) {
        throw new IOException("No space left on device");
      }
    }
  }

  private static void requireLost(int room, Object... words) {
    String[] arguments = List.of(words).stream().map(String::valueOf).toArray(String[]::new);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = Main.run(arguments, new FullDisk(room), err);
    String complaint = err.toString(StandardCharsets.UTF_8);
    assertEquals(ExitCode.FAILED.code(), exitCode, complaint);
    assertTrue(complaint.contains(SENTENCE + "No space left on device\n"), complaint);
  }

  @Test
  void everyVerbFailsOnAFullDisk() {
    for (int room : new int[] {0, 20}) {
      requireLost(room, "verify", model.file());
      requireLost(room, "verify", model.file(), "--json");
      requireLost(room, "inspect", model.file());
      requireLost(room, "recommend", model.file(), "--history", "");
      requireLost(room, "evaluate", model.file(), model.log());
      requireLost(room, "latency", model.file(), "--seconds", 0.01, "--warmup", 0);
      requireLost(room, "quantize", model.file(), folder.resolve("quantized"));
      requireLost(room, "train", "--help");
    }
  }

  @Test
  void badInputKeepsItsExitCode() throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    String[] arguments = {"verify", empty.toString(), "--json"};
    assertEquals(ExitCode.BAD_INPUT.code(), Main.run(arguments, new FullDisk(0), err));
    String complaints = err.toString(StandardCharsets.UTF_8);
    assertTrue(complaints.contains(SENTENCE), complaints);
  }

  @Test
  void aProcessFailsOnAFullDevice() throws IOException, InterruptedException {
    File full = new File("/dev/full");
    assumeTrue(full.exists(), "there is no /dev/full");
    CommandLineRun run =
        ChildCommandLine.run(
            ChildCommandLine.prepare("inspect", model.file()).redirectOutput(full));
    run.failed(ExitCode.FAILED, SENTENCE);
  }

  @Test
  void aProcessFailsOnAPipeThatIsClosed() throws IOException, InterruptedException {
    Process process = ChildCommandLine.prepare("inspect", model.file()).start();
    process.getInputStream().close();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(ExitCode.FAILED.code(), process.waitFor(), err);
    assertTrue(err.contains(SENTENCE), err);
  }
}
