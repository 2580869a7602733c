package org.staccato.trainer.learn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.network.NetworkWeights;
import org.staccato.trainer.kernel.Elements;
import org.staccato.trainer.kernel.Gemm;
import org.staccato.trainer.kernel.Matrix;
import org.staccato.trainer.sequence.Sequences;

/**
 * Trains a next-item network: every event after the first of a sequence is a target, its loss the
 * cross-entropy over the whole catalogue.
 *
 * <p>Lanes of sequences are learnt side by side, a window of steps at a time; a lane's state is
 * carried from window to window and starts anew with each sequence. After every window Adam moves
 * the weights by the mean gradient over its targets. Results are equal byte for byte for equal
 * sequences, options and vector width. Not thread-safe; an instance may run several times.
 */
public final class Training {
  private static final long PROGRESS_NANOS = 250_000_000;

  /** Windows per lane and round when learning the oldest sequences first. */
  private static final int ROUND_WINDOWS = 8;

  private final Layout layout;
  private final TrainingOptions options;

  /**
   * Prepares a training.
   *
   * @param shape the sizes of the network
   * @param options how it learns
   * @throws IllegalArgumentException if the network, or a window of all lanes, is too large
   * @throws IllegalStateException if the JVM runs without the Vector API module
   */
  public Training(NetworkShape shape, TrainingOptions options) {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new IllegalStateException(
          "training needs the Vector API: start the JVM with --add-modules jdk.incubator.vector");
    }
    this.layout = new Layout(shape);
    this.options = options;
    requireWindowFits();
  }

  /** The widest array of a shard holds the gates of a layer for every row of a window. */
  private void requireWindowFits() {
    long width = layout.embeddingWidth();
    for (int layer = 0; layer < layout.layers(); layer++) {
      width = Math.max(width, (long) Cell.LSTM.gates() * layout.hiddenWidth(layer));
    }
    long steps = options.window() + 1L;
    if (steps > Integer.MAX_VALUE / width / lanesPerShard()) {
      throw new IllegalArgumentException(
          "lanes × window × hidden size: found %d × %d × %d, expected less than 2³¹ values a thread"
              .formatted(options.lanes(), options.window(), width / Cell.LSTM.gates()));
    }
  }

  /** Lanes of each thread, rounded up to whole tiles of the matrix product. */
  private int lanesPerShard() {
    int lanes = Math.ceilDiv(options.lanes(), options.threads());
    return Gemm.TILE_ROWS * Math.ceilDiv(lanes, Gemm.TILE_ROWS);
  }

  /**
   * Learns until the validation score has not improved for as many epochs as patience says, or all
   * epochs are done.
   *
   * @param train the sequences to learn from, over a catalogue of the network's size
   * @param validation judges the weights after each epoch
   * @param listener is told how it goes
   * @return the best weights and a report per epoch
   * @throws IllegalArgumentException if the catalogue has another size, or no sequence has two
   *     events
   * @throws TrainingDivergedException if the loss or the gradient is not finite
   * @throws IllegalStateException if the validation returns no number
   * @throws IOException if the validation fails
   * @throws InterruptedException if the thread is interrupted
   */
  public TrainingResult run(Sequences train, Validation validation, TrainingListener listener)
      throws IOException, InterruptedException {
    if (train.items() != layout.shape().items()) {
      throw new IllegalArgumentException(
          "catalogue: found sequences over "
              + train.items()
              + " items, expected "
              + layout.shape().items());
    }
    try (Workers workers = new Workers(options.threads())) {
      return new Run(train, listener, workers).learn(validation);
    }
  }

  /** The state of one run. */
  private final class Run {
    private final Sequences train;
    private final TrainingListener listener;
    private final Workers workers;
    private final SplittableRandom random = new SplittableRandom(options.seed());
    private final float[] weights = layout.initialise(random.nextLong(), options.embeddingScale());
    private final TransposedWeights transposed = new TransposedWeights(layout);
    private final Adam adam = new Adam(layout);
    private final Shard[] shards = new Shard[options.threads()];
    private final Window[] windows = new Window[options.threads()];
    private final double[] squares = new double[options.threads()];
    private final int[] order;
    private long update;
    private long updates;

    Run(Sequences train, TrainingListener listener, Workers workers) throws InterruptedException {
      this.train = train;
      this.listener = listener;
      this.workers = workers;
      order = new int[train.count()];
      Arrays.setAll(order, i -> i);
      for (int i = 0; i < shards.length; i++) {
        shards[i] = new Shard(layout, options, lanesPerShard());
        windows[i] = shards[i].window;
      }
      workers.run(part -> transposed.refresh(weights, part, shards.length));
    }

    TrainingResult learn(Validation validation) throws IOException, InterruptedException {
      List<EpochReport> reports = new ArrayList<>();
      NetworkWeights best = layout.export(weights);
      double bestScore = Double.NEGATIVE_INFINITY;
      int bestEpoch = 0;
      for (int epoch = 1;
          epoch <= options.epochs() && epoch - bestEpoch <= options.patience();
          epoch++) {
        EpochReport learnt = learnEpoch(epoch);
        NetworkWeights candidate = layout.export(weights);
        double score = validation.score(candidate);
        if (Double.isNaN(score)) {
          throw new IllegalStateException("the validation score after epoch " + epoch + " is NaN");
        }
        boolean better = bestEpoch == 0 || score > bestScore;
        if (better) {
          best = candidate;
          bestScore = score;
          bestEpoch = epoch;
        }
        EpochReport report = learnt.judged(score, better);
        reports.add(report);
        listener.onEpoch(report);
      }
      return new TrainingResult(best, bestEpoch, reports);
    }

    private EpochReport learnEpoch(int epoch) throws InterruptedException {
      EventStream stream = stream();
      long begin = System.nanoTime();
      long told = begin;
      long events = 0;
      double loss = 0;
      double norms = 0;
      long before = update;
      for (int pairs; (pairs = stream.next(windows, options.window())) > 0; ) {
        float share = 1f / pairs;
        int seed = random.nextInt();
        workers.run(
            part ->
                shards[part].run(weights, transposed, share, seed + part * (layout.layers() + 1)));
        double windowLoss = Arrays.stream(shards).mapToDouble(shard -> shard.loss).sum();
        double norm = reduce();
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
                  epoch, events, stream.pairs(), loss / events, events * 1e9 / (now - begin)));
        }
      }
      double seconds = (System.nanoTime() - begin) * 1e-9;
      return new EpochReport(
          epoch, loss / events, 0, false, seconds, events / seconds, norms / (update - before));
    }

    private EventStream stream() {
      boolean shuffled = options.order() == TrainingOptions.Order.SHUFFLED;
      if (shuffled) {
        shuffle();
      }
      EventStream stream =
          new EventStream(
              train,
              order,
              options.lanes(),
              shuffled ? Long.MAX_VALUE : (long) ROUND_WINDOWS * options.window());
      if (stream.pairs() == 0) {
        throw new IllegalArgumentException(
            "sequences: found none of at least 2 events among "
                + train.count()
                + ", so there is nothing to predict");
      }
      if (updates == 0) {
        updates = options.epochs() * stream.windows(options.window());
      }
      return stream;
    }

    private void shuffle() {
      for (int i = order.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int kept = order[i];
        order[i] = order[other];
        order[other] = kept;
      }
    }

    /** Sums the gradients into the first shard's, clears the others and returns the norm. */
    private double reduce() throws InterruptedException {
      float[] total = shards[0].gradient;
      workers.run(
          part -> {
            int from = from(part);
            int count = from(part + 1) - from;
            for (int i = 1; i < shards.length; i++) {
              Elements.multiplyAdd(1f, shards[i].gradient, from, total, from, count);
              Arrays.fill(shards[i].gradient, from, from + count, 0f);
            }
            squares[part] = Elements.squares(total, from, count);
          });
      return Math.sqrt(Arrays.stream(squares).sum());
    }

    private void move(double norm) throws InterruptedException {
      float[] total = shards[0].gradient;
      double scale = norm > options.clipNorm() ? options.clipNorm() / norm : 1;
      double rate = rate();
      adam.advance();
      workers.run(
          part -> {
            int from = from(part);
            int end = from(part + 1);
            adam.step(weights, total, from, end, scale, rate, options.weightDecay());
            Arrays.fill(total, from, end, 0f);
          });
      workers.run(part -> transposed.refresh(weights, part, shards.length));
    }

    private double rate() {
      return switch (options.schedule()) {
        case CONSTANT -> options.learningRate();
        case COSINE ->
            options.learningRate() * 0.5 * (1 + Math.cos(Math.PI * (update - 1) / updates));
      };
    }

    /** Where the range of weights of a thread begins. */
    private int from(int part) {
      int blocks = layout.size() / Matrix.PADDING;
      return Matrix.PADDING * (int) ((long) blocks * part / shards.length);
    }
  }
}
