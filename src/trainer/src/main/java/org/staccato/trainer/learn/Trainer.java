package org.staccato.trainer.learn;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.Sequences;

/**
 * Trains a network: every event after the first of a sequence is a target of the {@link Loss} that
 * the options name, or with a {@link ValueObjective} its value is.
 *
 * <p>The trainer learns a batch of streams of sequences side by side, a window of steps at a time;
 * a stream's state is carried from window to window and reset at each sequence. After every window
 * the optimizer moves the weights by the mean gradient over its targets. Equal sequences, options
 * and vector width give equal results, byte for byte. Not thread-safe; an instance may train
 * several times.
 */
public final class Trainer {
  private final ParameterArray parameters;
  private final TrainingOptions options;
  private final @Nullable ValueObjective values;
  private @Nullable StartingPoint start;

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
    this(specification, options, null, null);
  }

  /**
   * Prepares a training with features of items.
   *
   * @param specification the network, as above; its ranking must be tied to the embeddings
   * @param options the training options, with the loss over the whole catalogue
   * @param itemFeatures the features of the items, or null if there are none
   * @throws IllegalArgumentException as above, or if the features are those of another catalogue,
   *     the ranking is not tied, or the loss is that of a sample
   * @throws IllegalStateException if the JVM runs without the Vector API module
   */
  @SuppressWarnings("exports") // The annotations are for the compiler only.
  public Trainer(
      ModelSpecification specification,
      TrainingOptions options,
      @Nullable FeatureLearning itemFeatures) {
    this(specification, options, null, itemFeatures);
  }

  /**
   * Prepares a training for an objective of values.
   *
   * @param specification the network: items as input, layers that the trainer has a pass for, and
   *     one ranking with the link of the objective
   * @param options the training options, with the usual loss
   * @param values the objective
   * @throws IllegalArgumentException if the trainer cannot train a part of the network, its ranking
   *     has another link, or the network or a window of the whole batch is too large
   * @throws IllegalStateException if the JVM runs without the Vector API module
   */
  public Trainer(ModelSpecification specification, TrainingOptions options, ValueObjective values) {
    this(specification, options, values, null);
  }

  private Trainer(
      ModelSpecification specification,
      TrainingOptions options,
      @Nullable ValueObjective values,
      @Nullable FeatureLearning itemFeatures) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new IllegalStateException(
          "training needs the Vector API: start the JVM with --add-modules jdk.incubator.vector");
    }
    Loss loss = options.optimization().loss();
    if (values != null && !loss.equals(Loss.FULL)) {
      throw new IllegalArgumentException(
          "loss: found " + loss + ", expected none beside an objective of values");
    }
    if (itemFeatures != null && loss.sampled()) {
      throw new IllegalArgumentException(
          "loss: found " + loss + ", expected the full one beside features of items");
    }
    float firstBias = values == null ? 0 : values.firstBias();
    this.parameters =
        new ParameterArray(
            specification, options.embeddingScale(), firstBias, loss.sampled(), itemFeatures);
    this.options = options;
    this.values = values;
    Link link = values == null ? Link.NONE : values.task().link();
    if (parameters.ranking().link() != link) {
      throw new IllegalArgumentException(
          "ranking: found the link "
              + parameters.ranking().link()
              + ", expected "
              + link
              + " for the objective");
    }
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

  /**
   * Lets trainings go on from earlier weights.
   *
   * @param earlier the weights
   * @throws IllegalArgumentException if their network differs in more than its items, or they are
   *     not matched with the items of this one
   */
  public void startFrom(StartingPoint earlier) {
    earlier.requireFits(parameters.specification());
    start = earlier;
  }

  /** {@return the metric that selects the best epoch, unless the caller chooses another one} */
  public Metric defaultMetric() {
    return new Metric(Metric.Kind.NDCG, 10);
  }

  private HeadPass.Factory heads(Sequences sequences) {
    ValueObjective objective = values;
    if (objective != null) {
      return (array, input, window, touched) ->
          new ValuePass(array, objective.loss(), input, window);
    }
    return new CatalogueLoss(options.optimization().loss(), sequences)::newPass;
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
    HeadPass.Factory heads = heads(sequences);
    Shard[] shards = new Shard[options.threads()];
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new Shard(parameters, options, heads, streamsOfShard());
    }
    try (Workers workers = new Workers(options.threads())) {
      EventEncoder encoder =
          new EventEncoder(
              parameters.specification().attributes(), values == null ? null : values.task());
      return new TrainingLoop(parameters, options, start, sequences, encoder, shards, workers)
          .run(validation, listener);
    }
  }
}
