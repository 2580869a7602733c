package org.staccato.trainer.learn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.staccato.model.Weights;
import org.staccato.trainer.sequence.Sequences;

/** The state of one training: epochs of windows, each of which moves the weights once. */
final class TrainingLoop {
  private static final long PROGRESS_NANOS = 250_000_000;

  /** The number of windows of a stream in a round when the oldest sequences are learnt first. */
  private static final int ROUND_WINDOWS = 8;

  private final TrainingOptions options;
  private final Sequences sequences;
  private final EventEncoder encoder;
  private final Workers workers;
  private final SplittableRandom random;
  private final ParameterArray parameters;
  private final LearntWeights weights;
  private final AveragedWeights average;
  private final WeightUpdate weightUpdate;
  private final LearningRate rate;
  private final Shard[] shards;
  private final Window[] windows;
  private final int[] order;

  /** The number of dropout seeds of a shard: one for the embeddings and one for each layer. */
  private final int seedsOfShard;

  private long update;

  /**
   * Draws the first weights.
   *
   * @param start replaces first weights, null for none
   * @param encoder writes what the network takes beside items
   * @param shards one for each thread of {@code workers}
   */
  TrainingLoop(
      ParameterArray parameters,
      TrainingOptions options,
      @Nullable StartingPoint start,
      Sequences sequences,
      EventEncoder encoder,
      Shard[] shards,
      Workers workers) {
    this.parameters = parameters;
    this.options = options;
    this.sequences = sequences;
    this.encoder = encoder;
    this.shards = shards;
    this.workers = workers;
    random = new SplittableRandom(options.seed());
    weights = new LearntWeights(parameters, random.nextLong(), start);
    average = new AveragedWeights(weights.values, options.optimization().updates().average());
    Optimizer optimizer = Optimizer.of(parameters, options);
    weightUpdate = new WeightUpdate(parameters, weights, optimizer, average, shards, workers);
    windows = Arrays.stream(shards).map(shard -> shard.window).toArray(Window[]::new);
    order = new int[sequences.count()];
    Arrays.setAll(order, i -> i);
    long updates = options.stopping().epochs() * streams().windows(options.batching().window());
    rate = new LearningRate(options, updates);
    seedsOfShard = parameters.layers().size() + 1;
  }

  TrainingResult run(Validation validation, TrainingListener listener)
      throws IOException, InterruptedException {
    List<EpochReport> reports = new ArrayList<>();
    Weights best = export();
    double bestScore = Double.NEGATIVE_INFINITY;
    int bestEpoch = 0;
    TrainingOptions.Stopping stopping = options.stopping();
    for (int epoch = 1;
        epoch <= stopping.epochs() && epoch - bestEpoch <= stopping.patience();
        epoch++) {
      EpochReport learnt = learnEpoch(epoch, listener);
      Weights judged = export();
      double score = validation.score(judged);
      if (Double.isNaN(score)) {
        throw new IllegalStateException("the validation score after epoch " + epoch + " is NaN");
      }
      boolean better = bestEpoch == 0 || score > bestScore;
      if (better) {
        best = judged;
        bestScore = score;
        bestEpoch = epoch;
      }
      EpochReport report = learnt.judged(score, better);
      reports.add(report);
      listener.onEpoch(report);
    }
    return new TrainingResult(best, bestEpoch, reports);
  }

  private Weights export() {
    return parameters.export(average.of(weights.values));
  }

  private EpochReport learnEpoch(int epoch, TrainingListener listener) throws InterruptedException {
    if (options.batching().order() == TrainingOptions.Order.SHUFFLED) {
      shuffle();
    }
    EventStreams streams = streams();
    long begin = System.nanoTime();
    long told = begin;
    long events = 0;
    double loss = 0;
    double norms = 0;
    long before = update;
    for (int pairs; (pairs = streams.next(windows)) > 0; ) {
      float share = 1f / pairs;
      int seed = random.nextInt();
      compose(seed);
      workers.run(part -> shards[part].run(weights, share, seed + part * seedsOfShard));
      double windowLoss = Arrays.stream(shards).mapToDouble(shard -> shard.loss).sum();
      double norm = weightUpdate.reduce(seed);
      update++;
      if (!Double.isFinite(windowLoss) || !Double.isFinite(norm)) {
        throw new TrainingDivergedException(epoch, update, windowLoss / pairs, norm);
      }
      move(norm);
      events += pairs;
      loss += windowLoss;
      norms += norm;
      long now = System.nanoTime();
      if (now - told >= PROGRESS_NANOS) {
        told = now;
        listener.onProgress(
            new Progress(
                epoch, events, streams.pairs(), loss / events, events * 1e9 / (now - begin)));
      }
    }
    double seconds = (System.nanoTime() - begin) * 1e-9;
    return new EpochReport(
        epoch, loss / events, 0, false, seconds, events / seconds, norms / (update - before));
  }

  private EventStreams streams() {
    TrainingOptions.Batching batching = options.batching();
    boolean shuffled = batching.order() == TrainingOptions.Order.SHUFFLED;
    long streamPairs = shuffled ? Long.MAX_VALUE : (long) ROUND_WINDOWS * batching.window();
    EventStreams streams =
        new EventStreams(sequences, order, batching.batchSize(), streamPairs, encoder);
    if (streams.pairs() == 0) {
      throw new IllegalArgumentException(
          "sequences: found none of at least 2 events among "
              + sequences.count()
              + ", so there is nothing to predict");
    }
    return streams;
  }

  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
  }

  /** Composes the rows of items with features, some without their own part. */
  private void compose(int seed) throws InterruptedException {
    if (weights.composed != null) {
      workers.run(part -> weights.compose(seed, part, shards.length));
      workers.run(part -> weights.refresh(part, shards.length));
    }
  }

  private void move(double norm) throws InterruptedException {
    double clipNorm = options.optimization().clipNorm();
    double scale = norm > clipNorm ? clipNorm / norm : 1;
    weightUpdate.move(scale, rate.at(update));
  }
}
