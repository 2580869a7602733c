package org.staccato.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.Progress;

/** The progress of a training whose output is not a terminal, by a clock that the test sets. */
class EpochProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          0);
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(45).toNanos();

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private List<String> lines() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Progress progress(int epoch, long events) {
    return new Progress(epoch, events, 2_000_000, 5.25, 4100.4);
  }

  @Test
  void aLongEpochSaysSomethingEveryHalfMinute() {
    try (EpochProgress progress = new EpochProgress(console, 12, "MRR@20", () -> nanos)) {
      for (int quarter = 1; quarter <= 4 * 95; quarter++) {
        pass(Duration.ofMillis(250));
        progress.onProgress(progress(1, 1000L * quarter));
      }
      assertEquals(
          List.of(
              "epoch  1/12  120,000 of 2,000,000 events  loss 5.2500  4,100 events/s",
              "epoch  1/12  240,000 of 2,000,000 events  loss 5.2500  4,100 events/s",
              "epoch  1/12  360,000 of 2,000,000 events  loss 5.2500  4,100 events/s"),
          lines());
    }
    assertEquals("", out.toString(StandardCharsets.UTF_8), "standard output is for the result");
  }

  @Test
  void whatIsLeftIsToldOnceEnoughIsSeen() {
    assertEquals("", EpochProgress.remaining(progress(1, 99_999)));
    assertEquals("  7 min 43 s left", EpochProgress.remaining(progress(1, 100_000)));
    assertEquals("  0.0 s left", EpochProgress.remaining(progress(1, 2_000_000)));
  }

  @Test
  void shortEpochsHaveTheirLineAndNoOther() {
    try (EpochProgress progress = new EpochProgress(console, 12, "MRR@20", () -> nanos)) {
      for (int epoch = 1; epoch <= 10; epoch++) {
        pass(Duration.ofSeconds(29));
        progress.onProgress(progress(epoch, 7));
        progress.onEpoch(new EpochReport(epoch, 5, 0.25, true, 29, 4100, 1));
        assertEquals(epoch, lines().size(), lines().toString());
      }
    }
  }
}
