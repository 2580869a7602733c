package org.staccato.trainer.learn;

/**
 * The learning rate of each update of a training: a rise along a line, then the schedule over the
 * rest.
 */
final class LearningRate {
  private final Optimization optimization;
  private final long rising;
  private final long updates;

  /**
   * Plans a training.
   *
   * @param updates the number of updates
   */
  LearningRate(TrainingOptions options, long updates) {
    optimization = options.optimization();
    rising = Math.round(options.optimization().updates().warmUp() * updates);
    this.updates = updates;
  }

  /**
   * Returns the learning rate of an update.
   *
   * @param update the update, from 1
   */
  double at(long update) {
    double rate = optimization.learningRate();
    if (update <= rising) {
      return rate * update / rising;
    }
    long past = update - 1 - rising;
    long all = updates - rising;
    return switch (optimization.schedule()) {
      case CONSTANT -> rate;
      case LINEAR -> rate * (1 - (double) past / all);
      case COSINE -> rate * 0.5 * (1 + Math.cos(Math.PI * past / all));
    };
  }
}
