package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The learning rates of a training of 100 updates. */
class LearningRateTest {

  @ParameterizedTest
  @CsvSource({
    "CONSTANT, 0, 1, 2",
    "CONSTANT, 0, 100, 2",
    "LINEAR, 0, 1, 2",
    "LINEAR, 0, 51, 1",
    "LINEAR, 0, 100, 0.02",
    "COSINE, 0, 1, 2",
    "COSINE, 0, 51, 1",
    "COSINE, 0.2, 1, 0.1",
    "COSINE, 0.2, 20, 2",
    "COSINE, 0.2, 21, 2",
    "COSINE, 0.2, 61, 1",
    "LINEAR, 0.2, 61, 1",
    "CONSTANT, 0.5, 25, 1",
  })
  void theRateRisesAndFollowsItsSchedule(
      Optimization.Schedule schedule, double warmUp, long update, double expected) {
    TrainingOptions options =
        TrainingOptions.forLongSequences()
            .withLearningRate(2)
            .withSchedule(schedule)
            .withUpdates(Updates.USUAL.withWarmUp(warmUp));
    assertEquals(expected, new LearningRate(options, 100).at(update), 1e-12);
  }
}
