package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.staccato.trainer.learn.Optimization.Schedule;
import org.staccato.trainer.learn.TrainingOptions.Batching;
import org.staccato.trainer.learn.TrainingOptions.Order;
import org.staccato.trainer.learn.TrainingOptions.Stopping;

/** Bad options are rejected with a sentence that names the value found and the values expected. */
class TrainingOptionsTest {
  private static final Loss LOSS =
      Loss.of(Loss.Kind.SAMPLED).withNegatives(43).withLogitAdjustment(0.47);
  private static final Updates UPDATES = new Updates(Updates.Algorithm.ADAGRAD, 0.53, 0.59);

  @Test
  void eachOptionIsReplacedAloneAndStays() {
    assertEquals(
        new TrainingOptions(
            new Stopping(2, 3),
            new Batching(5, 7, Order.OLDEST_FIRST),
            new Optimization(LOSS, UPDATES, 0.11, Schedule.CONSTANT, 0.13, 17),
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
            .withLoss(LOSS)
            .withUpdates(UPDATES)
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
    refuse(
        "warm-up: found 1.0, expected at least 0 and below 1",
        options -> options.withUpdates(Updates.USUAL.withWarmUp(1)));
    refuse(
        "average: found -0.1, expected at least 0 and below 1",
        options -> options.withUpdates(Updates.USUAL.withAverage(-0.1)));
  }

  @Test
  void refusesLossesThatAreNone() {
    Loss sampled = Loss.of(Loss.Kind.SAMPLED);
    Loss gbce = Loss.of(Loss.Kind.GBCE);
    refuse(
        "negatives: found 0, expected at least 1",
        options -> options.withLoss(sampled.withNegatives(0)));
    refuse(
        "label smoothing: found 1.0, expected at least 0 and below 1",
        options -> options.withLoss(Loss.FULL.withLabelSmoothing(1)));
    refuse(
        "label smoothing: found 0.1, expected 0 for a loss of a sample",
        options -> options.withLoss(sampled.withLabelSmoothing(0.1)));
    refuse(
        "logit adjustment: found Infinity, expected a finite number",
        options -> options.withLoss(Loss.FULL.withLogitAdjustment(Double.POSITIVE_INFINITY)));
    refuse(
        "logit adjustment: found 1.0, expected 0 for a loss without softmax",
        options -> options.withLoss(gbce.withLogitAdjustment(1)));
    refuse(
        "regularization: found -1.0, expected a finite number of at least 0",
        options -> options.withLoss(Loss.of(Loss.Kind.BPR_MAX).withRegularization(-1)));
    refuse(
        "calibration: found 1.5, expected 0 to 1",
        options -> options.withLoss(gbce.withCalibration(1.5)));
  }

  private static void refuse(String sentence, UnaryOperator<TrainingOptions> change) {
    TrainingOptions options = TrainingOptions.forLongSequences();
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> change.apply(options)).getMessage());
  }
}
