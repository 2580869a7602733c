package org.staccato.trainer.learn;

/**
 * How a network learns. Immutable; start from {@link #forLongSequences} or {@link
 * #forShortSessions} and change what differs with {@link #toBuilder}.
 *
 * @param epochs the greatest number of passes over the events, at least 1
 * @param patience stop after this many epochs without a better validation score, at least 1
 * @param lanes the number of sequences that are learnt side by side, at least 1
 * @param window the number of steps through which the gradient is followed, at least 1
 * @param learningRate Adam's learning rate at the start, above 0
 * @param schedule how the learning rate changes
 * @param weightDecay decoupled weight decay of the matrices per update, relative to the learning
 *     rate; 0 for none
 * @param clipNorm the greatest norm of the gradient, above 0; longer ones are shortened to it
 * @param embeddingScale the deviation of fresh embedding and output weights, times √width; above 0.
 *     Greater keeps items further apart from the start, which pays where items have few events
 * @param embeddingDropout the probability that an element of an input embedding is dropped
 * @param inputDropout the same for the elements that a layer receives from the one below
 * @param hiddenDropout the same for the elements that the output layer receives
 * @param order in which order the sequences are learnt
 * @param threads the number of threads, at least 1; at another number results differ in rounding
 * @param seed decides the initial weights, the order and what is dropped
 */
public record TrainingOptions(
    int epochs,
    int patience,
    int lanes,
    int window,
    double learningRate,
    Schedule schedule,
    double weightDecay,
    double clipNorm,
    double embeddingScale,
    float embeddingDropout,
    float inputDropout,
    float hiddenDropout,
    Order order,
    int threads,
    long seed) {

  /** How the learning rate changes during training. */
  public enum Schedule {
    /** It stays. */
    CONSTANT,
    /** It falls to 0 along half a cosine over all epochs. (I. Loshchilov and F. Hutter, 2017.) */
    COSINE
  }

  /** In which order the sequences of an epoch are learnt. */
  public enum Order {
    /** A new random order in every epoch. */
    SHUFFLED,
    /** By the time of the first event, so that the last updates come from the latest behaviour. */
    OLDEST_FIRST
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range, with a sentence that names it
   */
  public TrainingOptions {
    requireAtLeastOne("epochs", epochs);
    requireAtLeastOne("patience", patience);
    requireAtLeastOne("lanes", lanes);
    requireAtLeastOne("window", window);
    requireAtLeastOne("threads", threads);
    requirePositive("learning rate", learningRate);
    requirePositive("clip norm", clipNorm);
    requirePositive("embedding scale", embeddingScale);
    if (!(weightDecay >= 0 && weightDecay * learningRate < 1)) {
      throw new IllegalArgumentException(
          "weight decay: found "
              + weightDecay
              + ", expected at least 0 and below 1 / learning rate");
    }
    requireProbability("embedding dropout", embeddingDropout);
    requireProbability("input dropout", inputDropout);
    requireProbability("hidden dropout", hiddenDropout);
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

  private static void requireProbability(String name, float value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + ": found " + value + ", expected at least 0 and below 1");
    }
  }

  /** {@return options for sequences of many events, such as the ratings of a user over years} */
  public static TrainingOptions forLongSequences() {
    return new TrainingOptions(
        16,
        4,
        64,
        50,
        3e-3,
        Schedule.COSINE,
        0,
        1,
        1,
        0.1f,
        0.1f,
        0.2f,
        Order.SHUFFLED,
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        1);
  }

  /** {@return options for sequences of few events, such as the clicks of a visit to a shop} */
  public static TrainingOptions forShortSessions() {
    return forLongSequences().toBuilder()
        .epochs(8)
        .lanes(32)
        .window(16)
        .learningRate(4e-3)
        .embeddingScale(4)
        .hiddenDropout(0.3f)
        .build();
  }

  /** {@return a builder that starts from these options} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes some of the options; one thread. Each method takes the value of one component. */
  public static final class Builder {
    private int epochs;
    private int patience;
    private int lanes;
    private int window;
    private double learningRate;
    private Schedule schedule;
    private double weightDecay;
    private double clipNorm;
    private double embeddingScale;
    private float embeddingDropout;
    private float inputDropout;
    private float hiddenDropout;
    private Order order;
    private int threads;
    private long seed;

    private Builder(TrainingOptions from) {
      epochs = from.epochs;
      patience = from.patience;
      lanes = from.lanes;
      window = from.window;
      learningRate = from.learningRate;
      schedule = from.schedule;
      weightDecay = from.weightDecay;
      clipNorm = from.clipNorm;
      embeddingScale = from.embeddingScale;
      embeddingDropout = from.embeddingDropout;
      inputDropout = from.inputDropout;
      hiddenDropout = from.hiddenDropout;
      order = from.order;
      threads = from.threads;
      seed = from.seed;
    }

    /**
     * Sets the greatest number of passes over the events.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /**
     * Sets the number of epochs without a better validation score after which to stop.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder patience(int value) {
      patience = value;
      return this;
    }

    /**
     * Sets the number of sequences learnt side by side.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder lanes(int value) {
      lanes = value;
      return this;
    }

    /**
     * Sets the number of steps through which the gradient is followed.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder window(int value) {
      window = value;
      return this;
    }

    /**
     * Sets the learning rate at the start.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /**
     * Sets how the learning rate changes.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder schedule(Schedule value) {
      schedule = value;
      return this;
    }

    /**
     * Sets the decoupled weight decay.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /**
     * Sets the greatest norm of the gradient.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder clipNorm(double value) {
      clipNorm = value;
      return this;
    }

    /**
     * Sets the deviation of fresh embedding and output weights, times the root of their width.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder embeddingScale(double value) {
      embeddingScale = value;
      return this;
    }

    /**
     * Sets the dropout of input embeddings.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder embeddingDropout(float value) {
      embeddingDropout = value;
      return this;
    }

    /**
     * Sets the dropout between layers.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder inputDropout(float value) {
      inputDropout = value;
      return this;
    }

    /**
     * Sets the dropout before the output layer.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder hiddenDropout(float value) {
      hiddenDropout = value;
      return this;
    }

    /**
     * Sets the order of the sequences.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder order(Order value) {
      order = value;
      return this;
    }

    /**
     * Sets the number of threads.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /**
     * Sets the seed.
     *
     * @param value the new value
     * @return this builder
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public TrainingOptions build() {
      return new TrainingOptions(
          epochs,
          patience,
          lanes,
          window,
          learningRate,
          schedule,
          weightDecay,
          clipNorm,
          embeddingScale,
          embeddingDropout,
          inputDropout,
          hiddenDropout,
          order,
          threads,
          seed);
    }
  }
}
