package org.staccato.trainer.learn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.staccato.model.Weights;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.Sequences;

/** The state of one training: epochs of windows, each of which moves the weights once. */
final class TrainingLoop {
  private static final long PROGRESS_NANOS = 250_000_000;

  /** The number of windows of a stream in a round when the oldest sequences are learnt first. */
  private static final int ROUND_WINDOWS = 8;

  private final TrainingOptions options;
  private final Sequences sequences;
  private final Workers workers;
  private final SplittableRandom random;
  private final LearntWeights weights;
  private final Optimizer optimizer;
  private final Shard[] shards;
  private final Window[] windows;
  private final double[] squares;
  private final int[] order;

  /** The number of dropout seeds of a shard: one for the embeddings and one for each layer. */
  private final int seedsOfShard;

  private long update;
  private long updates;

  /**
   * Draws the first weights.
   *
   * @param shards one for each thread of {@code workers}
   */
  TrainingLoop(
      ParameterArray parameters,
      TrainingOptions options,
      Sequences sequences,
      Shard[] shards,
      Workers workers) {
    this.options = options;
    this.sequences = sequences;
    this.shards = shards;
    this.workers = workers;
    random = new SplittableRandom(options.seed());
    weights = new LearntWeights(parameters, random.nextLong());
    optimizer = new Adam(parameters, options.optimization().weightDecay());
    windows = Arrays.stream(shards).map(shard -> shard.window).toArray(Window[]::new);
    squares = new double[shards.length];
    order = new int[sequences.count()];
    Arrays.setAll(order, i -> i);
    seedsOfShard = parameters.layers().size() + 1;
  }

  TrainingResult run(Validation validation, TrainingListener listener)
      throws IOException, InterruptedException {
    List<EpochReport> reports = new ArrayList<>();
    Weights best = weights.export();
    double bestScore = Double.NEGATIVE_INFINITY;
    int bestEpoch = 0;
    TrainingOptions.Stopping stopping = options.stopping();
    for (int epoch = 1;
        epoch <= stopping.epochs() && epoch - bestEpoch <= stopping.patience();
        epoch++) {
      EpochReport learnt = learnEpoch(epoch, listener);
      Weights judged = weights.export();
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

  private EpochReport learnEpoch(int epoch, TrainingListener listener) throws InterruptedException {
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
      double norm = reduce(seed);
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
    if (shuffled) {
      shuffle();
    }
    long streamPairs = shuffled ? Long.MAX_VALUE : (long) ROUND_WINDOWS * batching.window();
    EventStreams streams = new EventStreams(sequences, order, batching.batchSize(), streamPairs);
    if (streams.pairs() == 0) {
      throw new IllegalArgumentException(
          "sequences: found none of at least 2 events among "
              + sequences.count()
              + ", so there is nothing to predict");
    }
    if (updates == 0) {
      updates = options.stopping().epochs() * streams.windows(batching.window());
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

  /** Hands the gradient of composed rows on to their parts. */
  private void backwardComposed(ComposedRows composed, int seed) throws InterruptedException {
    float[] total = shards[0].gradient;
    int parts = shards.length;
    workers.run(part -> composed.backwardToFeatures(total, part, parts));
    workers.run(part -> composed.backwardToItems(total, seed, part, parts));
    workers.run(part -> squares[part] = squares(total, part));
  }

  /** Sums the gradients into the first shard's, clears the others and returns the norm. */
  private double reduce(int seed) throws InterruptedException {
    float[] total = shards[0].gradient;
    workers.run(
        part -> {
          int from = from(part);
          int count = from(part + 1) - from;
          for (int i = 1; i < shards.length; i++) {
            Elements.multiplyAdd(1f, shards[i].gradient, from, total, from, count);
            Arrays.fill(shards[i].gradient, from, from + count, 0f);
          }
          squares[part] = squares(total, part);
        });
    if (weights.composed != null) {
      backwardComposed(weights.composed, seed);
    }
    return Math.sqrt(Arrays.stream(squares).sum());
  }

  private double squares(float[] total, int part) {
    return Elements.squares(total, from(part), from(part + 1) - from(part));
  }

  private void move(double norm) throws InterruptedException {
    float[] total = shards[0].gradient;
    double clipNorm = options.optimization().clipNorm();
    double scale = norm > clipNorm ? clipNorm / norm : 1;
    double rate = rate();
    optimizer.advance();
    workers.run(
        part -> {
          int from = from(part);
          int end = from(part + 1);
          optimizer.step(weights.values, total, from, end, scale, rate);
          Arrays.fill(total, from, end, 0f);
        });
    if (weights.composed == null) {
      workers.run(part -> weights.refresh(part, shards.length));
    }
  }

  private double rate() {
    double rate = options.optimization().learningRate();
    return switch (options.optimization().schedule()) {
      case CONSTANT -> rate;
      case COSINE -> rate * 0.5 * (1 + Math.cos(Math.PI * (update - 1) / updates));
    };
  }

  /** Returns the begin of the range of weights of a thread. */
  private int from(int part) {
    int blocks = weights.values.length / Matrix.PADDING;
    return Matrix.PADDING * (int) ((long) blocks * part / shards.length);
  }
}
