package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Bad options are refused with a sentence that says what was found and what was expected. */
class TrainingOptionsTest {

  @Test
  void aBuilderChangesOnlyWhatItIsTold() {
    TrainingOptions options = TrainingOptions.forShortSessions();
    assertEquals(options, options.toBuilder().build());
    assertEquals(7, options.toBuilder().seed(7).build().seed());
  }

  @Test
  void refusesValuesOutOfRange() {
    refuse("lanes: found 0, expected at least 1", options -> options.lanes(0));
    refuse("window: found -1, expected at least 1", options -> options.window(-1));
    refuse("epochs: found 0, expected at least 1", options -> options.epochs(0));
    refuse("patience: found 0, expected at least 1", options -> options.patience(0));
    refuse("threads: found 0, expected at least 1", options -> options.threads(0));
    refuse(
        "learning rate: found NaN, expected a finite number above 0",
        options -> options.learningRate(Double.NaN));
    refuse(
        "clip norm: found 0.0, expected a finite number above 0", options -> options.clipNorm(0));
    refuse(
        "embedding scale: found 0.0, expected a finite number above 0",
        options -> options.embeddingScale(0));
    refuse(
        "hidden dropout: found 1.0, expected at least 0 and below 1",
        options -> options.hiddenDropout(1));
    refuse(
        "embedding dropout: found NaN, expected at least 0 and below 1",
        options -> options.embeddingDropout(Float.NaN));
    refuse(
        "weight decay: found -1.0, expected at least 0 and below 1 / learning rate",
        options -> options.weightDecay(-1));
  }

  private static void refuse(String sentence, UnaryOperator<TrainingOptions.Builder> change) {
    TrainingOptions.Builder builder = change.apply(TrainingOptions.forLongSequences().toBuilder());
    assertEquals(
        sentence, assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void refusesShapesThatDoNotFitTogether() {
    assertEquals(
        "a tied output needs a last hidden size equal to the embedding size: found 32 and 64",
        assertThrows(
                IllegalArgumentException.class,
                () -> new NetworkShape(10, 64, List.of(64, 32), true))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> new NetworkShape(0, 64, List.of(64), true));
    assertThrows(IllegalArgumentException.class, () -> new NetworkShape(10, 64, List.of(), true));
    assertThrows(IllegalArgumentException.class, () -> new NetworkShape(10, 4, List.of(0), false));
  }

  @Test
  void refusesNetworksThatDoNotFitAnArray() {
    NetworkShape huge = new NetworkShape(100_000_000, 256, List.of(256), true);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Training(huge, TrainingOptions.forLongSequences()));
  }
}
