package org.staccato.trainer.learn;

/**
 * How a network learns. Start from {@link #forLongSequences} or {@link #forShortSessions} and
 * replace what differs.
 *
 * <pre>{@code
 * TrainingOptions.forShortSessions().withEpochs(4).withSeed(7)
 * }</pre>
 *
 * @param stopping when training ends
 * @param batching how the events of an epoch are taken in
 * @param optimization how the weights move
 * @param dropout what is dropped
 * @param embeddingScale the deviation of fresh embedding and output weights, times √width; above 0.
 *     Greater keeps items further apart from the start, which pays where items have few events
 * @param threads the number of threads, at least 1; at another number results differ in rounding
 * @param seed decides the initial weights, the order and what is dropped
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
   * When training ends.
   *
   * @param epochs the greatest number of passes over the events, at least 1
   * @param patience the number of epochs without a better validation score after which training
   *     ends early, at least 1
   */
  public record Stopping(int epochs, int patience) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range, with a sentence that names it
     */
    public Stopping {
      requireAtLeastOne("epochs", epochs);
      requireAtLeastOne("patience", patience);
    }
  }

  /**
   * How the events of an epoch are taken in.
   *
   * @param batchSize the number of streams of events that are learnt side by side, at least 1
   * @param window the number of steps through which the gradient is followed, at least 1
   * @param order in which order the sequences are learnt
   */
  public record Batching(int batchSize, int window, Order order) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range, with a sentence that names it
     */
    public Batching {
      requireAtLeastOne("batch size", batchSize);
      requireAtLeastOne("window", window);
    }
  }

  /** In which order the sequences of an epoch are learnt. */
  public enum Order {
    /** A new random order in every epoch. */
    SHUFFLED,
    /** By the time of the first event, so that the last updates come from the latest behaviour. */
    OLDEST_FIRST
  }

  /**
   * How the weights move: Adam on the gradient of a window.
   *
   * @param learningRate the learning rate at the start, above 0
   * @param schedule how the learning rate changes
   * @param weightDecay decoupled weight decay of the matrices per update, relative to the learning
   *     rate; 0 for none
   * @param clipNorm the greatest norm of the gradient, above 0; longer ones are shortened to it
   */
  public record Optimization(
      double learningRate, Schedule schedule, double weightDecay, double clipNorm) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range, with a sentence that names it
     */
    public Optimization {
      requirePositive("learning rate", learningRate);
      requirePositive("clip norm", clipNorm);
      if (!(weightDecay >= 0 && weightDecay * learningRate < 1)) {
        throw new IllegalArgumentException(
            "weight decay: found "
                + weightDecay
                + ", expected at least 0 and below 1 / learning rate");
      }
    }
  }

  /** How the learning rate changes during training. */
  public enum Schedule {
    /** It stays. */
    CONSTANT,
    /** It falls to 0 along half a cosine over all epochs. (I. Loshchilov and F. Hutter, 2017.) */
    COSINE
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range, with a sentence that names it
   */
  public TrainingOptions {
    requirePositive("embedding scale", embeddingScale);
    requireAtLeastOne("threads", threads);
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": found " + value + ", expected at least 1");
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + ": found " + value + ", expected a finite number above 0");
    }
  }

  /** {@return options for sequences of many events, such as the ratings of a user over years} */
  public static TrainingOptions forLongSequences() {
    return new TrainingOptions(
        new Stopping(16, 4),
        new Batching(64, 50, Order.SHUFFLED),
        new Optimization(3e-3, Schedule.COSINE, 0, 1),
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
   * Replaces the greatest number of passes over the events.
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
   * Replaces the learning rate at the start.
   *
   * @param learningRate the learning rate
   * @return options with it
   */
  public TrainingOptions withLearningRate(double learningRate) {
    return with(
        new Optimization(
            learningRate, optimization.schedule, optimization.weightDecay, optimization.clipNorm));
  }

  /**
   * Replaces how the learning rate changes.
   *
   * @param schedule the schedule
   * @return options with it
   */
  public TrainingOptions withSchedule(Schedule schedule) {
    return with(
        new Optimization(
            optimization.learningRate, schedule, optimization.weightDecay, optimization.clipNorm));
  }

  /**
   * Replaces the decoupled weight decay.
   *
   * @param weightDecay the decay
   * @return options with it
   */
  public TrainingOptions withWeightDecay(double weightDecay) {
    return with(
        new Optimization(
            optimization.learningRate, optimization.schedule, weightDecay, optimization.clipNorm));
  }

  /**
   * Replaces the greatest norm of the gradient.
   *
   * @param clipNorm the norm
   * @return options with it
   */
  public TrainingOptions withClipNorm(double clipNorm) {
    return with(
        new Optimization(
            optimization.learningRate, optimization.schedule, optimization.weightDecay, clipNorm));
  }

  /**
   * Replaces what is dropped.
   *
   * @param other the probabilities
   * @return options with them
   */
  public TrainingOptions withDropout(Dropout other) {
    return new TrainingOptions(
        stopping, batching, optimization, other, embeddingScale, threads, seed);
  }

  /**
   * Replaces the deviation of fresh embedding and output weights, times the root of their width.
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
