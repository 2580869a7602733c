package org.staccato.trainer.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.staccato.trainer.sequence.PreparationOptions.SequenceBy;
import org.staccato.trainer.sequence.PreparationOptions.SplitBy;

class PreparationOptionsTest {
  @Test
  void surviveAFlatMap() {
    PreparationOptions options =
        PreparationOptions.temporal(7)
            .withGap(Duration.ofMinutes(45))
            .withWindow(Instant.parse("2020-01-01T00:00:00Z"), null)
            .withDropRepeats(true)
            .withMinimumSupport(5)
            .withMinimumLength(2)
            .withExcludeSeen(true);
    assertEquals(options, PreparationOptions.fromMap(options.toMap()));
    assertEquals(SequenceBy.GAP, options.sequenceBy());
    assertEquals(SplitBy.TEMPORAL, options.splitBy());
    assertEquals(7, options.days());
  }

  @Test
  void missingKeysAreAsInTheDefault() {
    assertEquals(
        PreparationOptions.leaveOneOut(), PreparationOptions.fromMap(Map.of("other", "x")));
  }

  @Test
  void refuseWhatIsOutOfRange() {
    PreparationOptions options = PreparationOptions.leaveOneOut();
    assertMessage(
        "minimum support: found 0, expected at least 1", () -> options.withMinimumSupport(0));
    assertMessage(
        "minimum length: found -1, expected at least 1", () -> options.withMinimumLength(-1));
    assertMessage("days: found 0, expected at least 1", () -> options.withDays(0));
    assertMessage(
        "gap: found PT0S, expected more than 0 seconds", () -> options.withGap(Duration.ZERO));
    assertMessage(
        "time window: found from 1970-01-01T00:00:00Z to 1970-01-01T00:00:00Z, expected an end"
            + " after the start",
        () -> options.withWindow(Instant.EPOCH, Instant.EPOCH));
  }

  @Test
  void refuseTextThatIsNoOption() {
    assertMessage(
        "preparation.days: found 'many', expected something like '1'",
        () -> PreparationOptions.fromMap(Map.of("preparation.days", "many")));
    assertMessage(
        "preparation.split-by: found 'luck', expected something like 'LEAVE_ONE_OUT'",
        () -> PreparationOptions.fromMap(Map.of("preparation.split-by", "luck")));
  }

  private static void assertMessage(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
