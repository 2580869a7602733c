package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.staccato.trainer.learn.TrainingOptions.Batching;
import org.staccato.trainer.learn.TrainingOptions.Optimization;
import org.staccato.trainer.learn.TrainingOptions.Order;
import org.staccato.trainer.learn.TrainingOptions.Schedule;
import org.staccato.trainer.learn.TrainingOptions.Stopping;

/** Bad options are rejected with a sentence that names the value found and the values expected. */
class TrainingOptionsTest {

  @Test
  void eachOptionIsReplacedAloneAndStays() {
    assertEquals(
        new TrainingOptions(
            new Stopping(2, 3),
            new Batching(5, 7, Order.OLDEST_FIRST),
            new Optimization(0.11, Schedule.CONSTANT, 0.13, 17),
            new Dropout(0.19f, 0.23f, 0.29f),
            31,
            37,
            41),
        TrainingOptions.forShortSessions()
            .withEpochs(2)
            .withPatience(3)
            .withBatchSize(5)
            .withWindow(7)
            .withOrder(Order.OLDEST_FIRST)
            .withLearningRate(0.11)
            .withSchedule(Schedule.CONSTANT)
            .withWeightDecay(0.13)
            .withClipNorm(17)
            .withDropout(new Dropout(0.19f, 0.23f, 0.29f))
            .withEmbeddingScale(31)
            .withThreads(37)
            .withSeed(41));
  }

  @Test
  void refusesValuesOutOfRange() {
    refuse("batch size: found 0, expected at least 1", options -> options.withBatchSize(0));
    refuse("window: found -1, expected at least 1", options -> options.withWindow(-1));
    refuse("epochs: found 0, expected at least 1", options -> options.withEpochs(0));
    refuse("patience: found 0, expected at least 1", options -> options.withPatience(0));
    refuse("threads: found 0, expected at least 1", options -> options.withThreads(0));
    refuse(
        "learning rate: found NaN, expected a finite number above 0",
        options -> options.withLearningRate(Double.NaN));
    refuse(
        "clip norm: found 0.0, expected a finite number above 0",
        options -> options.withClipNorm(0));
    refuse(
        "embedding scale: found 0.0, expected a finite number above 0",
        options -> options.withEmbeddingScale(0));
    refuse(
        "hidden dropout: found 1.0, expected at least 0 and below 1",
        options -> options.withDropout(new Dropout(0, 0, 1)));
    refuse(
        "input dropout: found -0.1, expected at least 0 and below 1",
        options -> options.withDropout(new Dropout(0, -0.1f, 0)));
    refuse(
        "embedding dropout: found NaN, expected at least 0 and below 1",
        options -> options.withDropout(new Dropout(Float.NaN, 0, 0)));
    refuse(
        "weight decay: found -1.0, expected at least 0 and below 1 / learning rate",
        options -> options.withWeightDecay(-1));
  }

  private static void refuse(String sentence, UnaryOperator<TrainingOptions> change) {
    TrainingOptions options = TrainingOptions.forLongSequences();
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> change.apply(options)).getMessage());
  }
}
