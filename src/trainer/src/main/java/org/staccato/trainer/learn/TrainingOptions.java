package org.staccato.trainer.learn;

/**
 * The options of a training. Start from {@link #forLongSequences} or {@link #forShortSessions} and
 * replace the options that differ.
 *
 * <pre>{@code
 * TrainingOptions.forShortSessions().withEpochs(4).withSeed(7)
 * }</pre>
 *
 * @param stopping the end of the training
 * @param batching the batches and the order of the events of an epoch
 * @param optimization the loss and the updates of the weights
 * @param dropout the probabilities of dropping elements
 * @param embeddingScale the deviation of initial embedding and output weights, times √width; above
 *     0. A greater value keeps items further apart from the start, which helps where items have few
 *     events
 * @param threads the number of threads, at least 1; results of different numbers differ in rounding
 * @param seed the seed of the initial weights, the order and dropout
 */
public record TrainingOptions(
    Stopping stopping,
    Batching batching,
    Optimization optimization,
    Dropout dropout,
    double embeddingScale,
    int threads,
    long seed) {

  /**
   * The end of a training.
   *
   * @param epochs the maximum number of passes over the events, at least 1
   * @param patience the number of epochs without a better validation score after which training
   *     ends early, at least 1
   */
  public record Stopping(int epochs, int patience) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Stopping {
      requireAtLeastOne("epochs", epochs);
      requireAtLeastOne("patience", patience);
    }
  }

  /**
   * The batches and the order of the events of an epoch.
   *
   * @param batchSize the number of streams of events that are learnt side by side, at least 1
   * @param window the number of steps through which the gradient is followed, at least 1
   * @param order the order of the sequences
   */
  public record Batching(int batchSize, int window, Order order) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Batching {
      requireAtLeastOne("batch size", batchSize);
      requireAtLeastOne("window", window);
    }
  }

  /** The order in which the sequences of an epoch are learnt. */
  public enum Order {
    /** A new random order in every epoch. */
    SHUFFLED,
    /** By the time of the first event, so that the last updates come from the latest behaviour. */
    OLDEST_FIRST
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public TrainingOptions {
    Optimization.requirePositive("embedding scale", embeddingScale);
    requireAtLeastOne("threads", threads);
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": found " + value + ", expected at least 1");
    }
  }

  /** {@return options for sequences of many events, such as the ratings of a user over years} */
  public static TrainingOptions forLongSequences() {
    return new TrainingOptions(
        new Stopping(16, 4),
        new Batching(64, 50, Order.SHUFFLED),
        new Optimization(Loss.FULL, Updates.USUAL, 3e-3, Optimization.Schedule.COSINE, 0, 1),
        new Dropout(0.1f, 0.1f, 0.2f),
        1,
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        1);
  }

  /** {@return options for sequences of few events, such as the clicks of a visit to a shop} */
  public static TrainingOptions forShortSessions() {
    return forLongSequences()
        .withEpochs(8)
        .withBatchSize(32)
        .withWindow(16)
        .withLearningRate(4e-3)
        .withEmbeddingScale(4)
        .withDropout(new Dropout(0.1f, 0.1f, 0.3f));
  }

  private TrainingOptions with(Stopping other) {
    return new TrainingOptions(
        other, batching, optimization, dropout, embeddingScale, threads, seed);
  }

  private TrainingOptions with(Batching other) {
    return new TrainingOptions(
        stopping, other, optimization, dropout, embeddingScale, threads, seed);
  }

  private TrainingOptions with(Optimization other) {
    return new TrainingOptions(stopping, batching, other, dropout, embeddingScale, threads, seed);
  }

  /**
   * Replaces the maximum number of passes over the events.
   *
   * @param epochs the number of epochs
   * @return options with it
   */
  public TrainingOptions withEpochs(int epochs) {
    return with(new Stopping(epochs, stopping.patience));
  }

  /**
   * Replaces the number of epochs without a better validation score after which training ends.
   *
   * @param patience the number of epochs
   * @return options with it
   */
  public TrainingOptions withPatience(int patience) {
    return with(new Stopping(stopping.epochs, patience));
  }

  /**
   * Replaces the number of streams of events that are learnt side by side.
   *
   * @param batchSize the number of streams
   * @return options with it
   */
  public TrainingOptions withBatchSize(int batchSize) {
    return with(new Batching(batchSize, batching.window, batching.order));
  }

  /**
   * Replaces the number of steps through which the gradient is followed.
   *
   * @param window the number of steps
   * @return options with it
   */
  public TrainingOptions withWindow(int window) {
    return with(new Batching(batching.batchSize, window, batching.order));
  }

  /**
   * Replaces the order of the sequences.
   *
   * @param order the order
   * @return options with it
   */
  public TrainingOptions withOrder(Order order) {
    return with(new Batching(batching.batchSize, batching.window, order));
  }

  /**
   * Replaces the loss.
   *
   * @param loss the loss
   * @return options with it
   */
  public TrainingOptions withLoss(Loss loss) {
    return with(optimization.withLoss(loss));
  }

  /**
   * Replaces the optimizer.
   *
   * @param updates the way in which a gradient moves the weights
   * @return options with it
   */
  public TrainingOptions withUpdates(Updates updates) {
    return with(optimization.withUpdates(updates));
  }

  /**
   * Replaces the greatest learning rate.
   *
   * @param learningRate the learning rate
   * @return options with it
   */
  public TrainingOptions withLearningRate(double learningRate) {
    return with(optimization.withLearningRate(learningRate));
  }

  /**
   * Replaces the schedule of the learning rate.
   *
   * @param schedule the schedule
   * @return options with it
   */
  public TrainingOptions withSchedule(Optimization.Schedule schedule) {
    return with(optimization.withSchedule(schedule));
  }

  /**
   * Replaces the decoupled weight decay.
   *
   * @param weightDecay the decay
   * @return options with it
   */
  public TrainingOptions withWeightDecay(double weightDecay) {
    return with(optimization.withWeightDecay(weightDecay));
  }

  /**
   * Replaces the maximum norm of the gradient.
   *
   * @param clipNorm the norm
   * @return options with it
   */
  public TrainingOptions withClipNorm(double clipNorm) {
    return with(optimization.withClipNorm(clipNorm));
  }

  /**
   * Replaces the probabilities of dropping elements.
   *
   * @param other the probabilities
   * @return options with them
   */
  public TrainingOptions withDropout(Dropout other) {
    return new TrainingOptions(
        stopping, batching, optimization, other, embeddingScale, threads, seed);
  }

  /**
   * Replaces the deviation of initial embedding and output weights, times the root of their width.
   *
   * @param other the scale
   * @return options with it
   */
  public TrainingOptions withEmbeddingScale(double other) {
    return new TrainingOptions(stopping, batching, optimization, dropout, other, threads, seed);
  }

  /**
   * Replaces the number of threads.
   *
   * @param other the number of threads
   * @return options with it
   */
  public TrainingOptions withThreads(int other) {
    return new TrainingOptions(
        stopping, batching, optimization, dropout, embeddingScale, other, seed);
  }

  /**
   * Replaces the seed.
   *
   * @param other the seed
   * @return options with it
   */
  public TrainingOptions withSeed(long other) {
    return new TrainingOptions(
        stopping, batching, optimization, dropout, embeddingScale, threads, other);
  }
}
