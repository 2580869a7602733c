package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.trainer.shop.ShopLog;
import org.staccato.trainer.shop.ShopOptions;

/** The training date in a weight file, from processes with environments of their own. */
class TrainingDateTest {
  private static final String VARIABLE = "SOURCE_DATE_EPOCH";

  @TempDir private Path folder;
  private Path log = Path.of("");

  @BeforeEach
  void makeLog() throws IOException {
    log = folder.resolve("shop.csv");
    ShopLog.write(log, new ShopOptions(40, 30, 20, 7));
  }

  private CommandLineRun train(String name, String epochSeconds)
      throws IOException, InterruptedException {
    ProcessBuilder child =
        ChildCommandLine.prepare(
            "train",
            log,
            "--output",
            folder.resolve(name),
            "--embedding",
            8,
            "--hidden",
            8,
            "--epochs",
            1);
    child.environment().remove(VARIABLE);
    if (!epochSeconds.isEmpty()) {
      child.environment().put(VARIABLE, epochSeconds);
    }
    return ChildCommandLine.run(child);
  }

  private String date(String name) throws IOException {
    Map<String, Object> inspected =
        CommandLineRun.of("inspect", folder.resolve(name), "--json").json();
    Map<?, ?> provenance = (Map<?, ?>) Objects.requireNonNull(inspected.get("provenance"));
    return String.valueOf(provenance.get("date"));
  }

  @Test
  void aFixedDateMakesTheFileReproducible() throws Exception {
    train("first", "86400").done();
    train("second", "86400").done();
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("first")), Files.readAllBytes(folder.resolve("second")));
    assertEquals("1970-01-02T00:00:00Z", date("first"));
  }

  @Test
  void withoutOneItIsNowAndChangesNoWeight() throws Exception {
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    train("now", "").done();
    Instant stated = Instant.parse(date("now"));
    assertFalse(stated.isBefore(before) || stated.isAfter(Instant.now()), stated + " " + before);
    train("fixed", "0").done();
    try (WeightFile now = WeightFile.open(folder.resolve("now"));
        WeightFile fixed = WeightFile.open(folder.resolve("fixed"))) {
      assertEquals(now.tensors(), fixed.tensors());
      for (Tensor tensor : now.tensors()) {
        assertEquals(-1, bytes(now, tensor).mismatch(bytes(fixed, tensor)), tensor.name());
      }
    }
  }

  private static MemorySegment bytes(WeightFile file, Tensor tensor) {
    return file.data().asSlice(tensor.offset(), tensor.byteSize());
  }

  @Test
  void aDateThatIsNoneIsNamedBeforeTheTraining() throws Exception {
    train("none", "yesterday").failed(ExitCode.BAD_INPUT, VARIABLE, "'yesterday'");
    assertFalse(Files.exists(folder.resolve("none")));
  }
}
