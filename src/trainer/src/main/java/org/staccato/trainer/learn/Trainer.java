package org.staccato.trainer.learn;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.Sequences;

/**
 * Trains a network: every event after the first of a sequence is a target, and its loss is the
 * cross-entropy over the whole catalogue.
 *
 * <p>The trainer learns a batch of streams of sequences side by side, a window of steps at a time;
 * a stream's state is carried from window to window and reset at each sequence. After every window
 * Adam moves the weights by the mean gradient over its targets. Equal sequences, options and vector
 * width give equal results, byte for byte. Not thread-safe; an instance may train several times.
 */
public final class Trainer {
  private final ParameterArray parameters;
  private final TrainingOptions options;

  /**
   * Prepares a training.
   *
   * @param specification the network: items as input, layers that the trainer has a pass for, and
   *     one ranking
   * @param options the training options
   * @throws IllegalArgumentException if the trainer cannot train a part of the network, or the
   *     network or a window of the whole batch is too large
   * @throws IllegalStateException if the JVM runs without the Vector API module
   */
  public Trainer(ModelSpecification specification, TrainingOptions options) {
    this(specification, options, null);
  }

  /**
   * Prepares a training with features of items.
   *
   * @param specification the network, as above; its ranking must be tied to the embeddings
   * @param options the training options
   * @param itemFeatures the features of the items, or null if there are none
   * @throws IllegalArgumentException as above, or if the features are those of another catalogue or
   *     the ranking is not tied
   * @throws IllegalStateException if the JVM runs without the Vector API module
   */
  @SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
  public Trainer(
      ModelSpecification specification,
      TrainingOptions options,
      @Nullable FeatureLearning itemFeatures) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new IllegalStateException(
          "training needs the Vector API: start the JVM with --add-modules jdk.incubator.vector");
    }
    this.parameters = new ParameterArray(specification, options.embeddingScale(), itemFeatures);
    this.options = options;
    requireWindowFits();
  }

  /**
   * Rejects a window for which the widest array of a pass would exceed the length limit of an
   * array.
   */
  private void requireWindowFits() {
    long width = Matrix.padded(parameters.input().width());
    for (LayerPass.Factory layer : parameters.layers()) {
      width = Math.max(width, layer.widestRow());
    }
    long steps = options.batching().window() + 1L;
    if (steps > Integer.MAX_VALUE / width / streamsOfShard()) {
      throw new IllegalArgumentException(
          "batch size × window × values of a layer: found %d × %d × %d, expected less than 2³¹ for a thread"
              .formatted(options.batching().batchSize(), options.batching().window(), width));
    }
  }

  /** Returns the number of streams per thread, rounded up to whole tiles of the matrix product. */
  private int streamsOfShard() {
    int streams = Math.ceilDiv(options.batching().batchSize(), options.threads());
    return Gemm.TILE_ROWS * Math.ceilDiv(streams, Gemm.TILE_ROWS);
  }

  /** {@return the metric that selects the best epoch, unless the caller chooses another one} */
  public Metric defaultMetric() {
    return objective().defaultMetric();
  }

  private static Objective objective() {
    return new FullCrossEntropy();
  }

  /**
   * Learns until all epochs are done, or until the validation score has not improved for {@code
   * patience} epochs.
   *
   * @param sequences the sequences to learn from, over a catalogue of the network's size
   * @param validation evaluates the weights after each epoch
   * @param listener receives the progress
   * @return the best weights and a report of each epoch
   * @throws IllegalArgumentException if the size of the catalogue differs, or no sequence has two
   *     events
   * @throws TrainingDivergedException if the loss or the gradient is not finite
   * @throws IllegalStateException if the validation returns no number
   * @throws IOException if the validation fails
   * @throws InterruptedException if the thread is interrupted
   */
  public TrainingResult train(Sequences sequences, Validation validation, TrainingListener listener)
      throws IOException, InterruptedException {
    if (sequences.items() != parameters.input().items()) {
      throw new IllegalArgumentException(
          "catalogue: found sequences over "
              + sequences.items()
              + " items, expected "
              + parameters.input().items());
    }
    Shard[] shards = new Shard[options.threads()];
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new Shard(parameters, options, objective(), streamsOfShard());
    }
    try (Workers workers = new Workers(options.threads())) {
      return new TrainingLoop(parameters, options, sequences, shards, workers)
          .run(validation, listener);
    }
  }
}
