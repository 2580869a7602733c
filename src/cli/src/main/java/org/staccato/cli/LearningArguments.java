package org.staccato.cli;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.model.EventAttribute;
import org.staccato.model.ItemInput;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.TrainingPipeline;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.learn.Dropout;
import org.staccato.trainer.learn.Loss;
import org.staccato.trainer.learn.NextItemNetwork;
import org.staccato.trainer.learn.NextItemNetwork.Block;
import org.staccato.trainer.learn.NextItemNetwork.Cell;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingOptions.Order;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the size of a network and of its training. */
final class LearningArguments extends Arguments {
  /** The mean length from which sequences are learnt with the options for long sequences. */
  private static final double LONG = 20;

  /** The updates of an epoch that are enough; on a small log, smaller batches make more updates. */
  private static final int ENOUGH_UPDATES = 200;

  private static final int SMALLEST_BATCH = 8;

  @Option(
      names = "--embedding",
      order = 300,
      paramLabel = "N",
      description = "Width of an item's embedding (default: ${DEFAULT-VALUE}).")
  private int embedding = 64;

  @Option(
      names = "--hidden",
      order = 301,
      split = ",",
      paramLabel = "N",
      description =
          "Hidden units of each recurrent layer, from the input upwards; each is the core of a block"
              + " (default: 64).")
  private List<Integer> hidden = List.of(64);

  @Option(
      names = "--cell",
      order = 302,
      paramLabel = "KIND",
      description = "The recurrent layers: lstm or gru (default: lstm).")
  private Cell cell = Cell.LSTM;

  @Option(
      names = "--layer-norm",
      order = 303,
      description =
          "Normalise before each recurrent layer, each feed-forward network and the output layer.")
  private boolean layerNorm;

  @Option(
      names = "--residual",
      order = 304,
      description =
          "Add what goes into each recurrent layer and feed-forward network to what comes out; all"
              + " layers must then be as wide as an embedding.")
  private boolean residual;

  @Option(
      names = "--feed-forward",
      order = 305,
      paramLabel = "M",
      description =
          "Let a feed-forward network follow each recurrent layer, M times as wide inside; 0 for none"
              + " (default: ${DEFAULT-VALUE}).")
  private int feedForward;

  @Option(
      names = "--convolution",
      order = 306,
      paramLabel = "N",
      description =
          "Let each recurrent layer take, in place of a vector, a causal convolution of the last N, 2"
              + " to 8; 0 for none (default: ${DEFAULT-VALUE}).")
  private int convolution;

  @Option(
      names = "--attention",
      order = 307,
      paramLabel = "N",
      description =
          "Let the last layer look back at its last N outputs, up to 512, by attention; 0 for no such"
              + " look (default: ${DEFAULT-VALUE}).")
  private int attention;

  @Option(
      names = "--untied",
      order = 308,
      description =
          "Give the output layer weights of its own. Otherwise it shares the embedding's, if these"
              + " are as wide as the last layer.")
  private boolean untied;

  @Mixin private LossArguments loss = new LossArguments();
  @Mixin private OptimizationArguments optimization = new OptimizationArguments();
  @Mixin private ContinuationArguments continuation = new ContinuationArguments();

  @Option(
      names = "--epochs",
      order = 310,
      paramLabel = "N",
      description =
          "Maximum number of passes over the events (default: ${bundle:usual.stopping.epochs}).")
  private @Nullable Integer epochs;

  @Option(
      names = "--patience",
      order = 311,
      paramLabel = "N",
      description =
          "Stop after this many epochs without a better validation (default: ${bundle:usual.stopping.patience}).")
  private @Nullable Integer patience;

  @Option(
      names = "--metric",
      order = 312,
      paramLabel = "NAME",
      description =
          "The metric of the validation: hr@K, mrr@K or ndcg@K (default: ${DEFAULT-VALUE}).")
  private String metric = "ndcg@10";

  @Option(
      names = "--dropout",
      order = 315,
      paramLabel = "P",
      description = "All three dropouts at once (default: each as it says).")
  private @Nullable Float dropout;

  @Option(
      names = "--embedding-dropout",
      order = 316,
      paramLabel = "P",
      description =
          "Dropout of the elements of an embedding (default: ${bundle:usual.dropout.embedding}).")
  private @Nullable Float embeddingDropout;

  @Option(
      names = "--input-dropout",
      order = 317,
      paramLabel = "P",
      description =
          "Dropout after each recurrent layer and feed-forward network but the last layer (default:"
              + " ${bundle:usual.dropout.input}).")
  private @Nullable Float inputDropout;

  @Option(
      names = "--hidden-dropout",
      order = 318,
      paramLabel = "P",
      description = "Dropout before the output layer (default: ${bundle:usual.dropout.hidden}).")
  private @Nullable Float hiddenDropout;

  @Option(
      names = "--batch-size",
      order = 321,
      paramLabel = "N",
      description =
          "Sequences that are learnt side by side (default: ${bundle:usual.batching.batchSize}, and fewer on a small log,"
              + " so that an epoch has some 200 updates).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--window",
      order = 322,
      paramLabel = "N",
      description =
          "Steps through which the gradient is followed (default: ${bundle:usual.batching.window}).")
  private @Nullable Integer window;

  @Option(
      names = "--order",
      order = 323,
      paramLabel = "HOW",
      description =
          "Order of the sequences: shuffled or oldest-first (default: ${bundle:usual.batching.order}).")
  private @Nullable Order order;

  @Option(
      names = "--threads",
      order = 324,
      paramLabel = "N",
      description =
          "Threads that learn and evaluate; to reproduce a run, give the same number (default: 2, or"
              + " 1 on a machine with one core).")
  private @Nullable Integer threads;

  @Option(
      names = "--seed",
      order = 325,
      paramLabel = "N",
      description =
          "Seed of the initial weights, the order and dropout (default: ${bundle:usual.seed}).")
  private @Nullable Long seed;

  private Metric metric() {
    try {
      return Metric.of(metric);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage("--metric: " + mistake.getMessage());
    }
  }

  /** {@return the network over a catalogue, with attributes of events, if any, and a link} */
  ModelSpecification network(Split split, List<EventAttribute> attributes, Link link) {
    return network(TrainingPipeline.input(split, embedding).withAttributes(attributes), link);
  }

  private ModelSpecification network(ItemInput input, Link link) {
    boolean tied = !untied && hidden.getLast() == embedding;
    Block block = new Block(cell, layerNorm, residual, convolution, feedForward, attention);
    return NextItemNetwork.of(input, hidden, tied, block, link);
  }

  private ModelSpecification checkedNetwork() {
    try {
      return network(new ItemInput(1, embedding, ItemKeys.Kind.LONG), Link.NONE);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage(Failure.oneSentence(mistake.getMessage()));
    }
  }

  /** Rejects options that are wrong for any log, before a log is read. */
  void check() throws IOException {
    metric();
    ModelSpecification network = checkedNetwork();
    over(TrainingOptions.forLongSequences());
    continuation.check(network);
  }

  /** Rejects options of a ranking for an objective of values, before a log is read. */
  void checkForValues() {
    Fitting fitting = continuation.fitting(over(TrainingOptions.forLongSequences()), metric());
    if (fitting.resume() != null || fitting.resumable() || fitting.refit()) {
      throw wrongUsage("--resume, --resumable and --refit belong to --objective next");
    }
    if (!fitting.options().optimization().loss().equals(Loss.FULL)) {
      throw wrongUsage("--loss and its options belong to --objective next");
    }
  }

  /** Rejects options that do not go with attributes of events, before a log is read. */
  void checkForAttributes() {
    if (convolution > 0) {
      throw wrongUsage("attributes of events and --convolution do not go together");
    }
  }

  /** Rejects options that do not go with a memory, before a log is read. */
  void checkForMemory() {
    Fitting fitting = continuation.fitting(over(TrainingOptions.forLongSequences()), metric());
    if (fitting.resumable() || fitting.refit()) {
      throw wrongUsage("--resumable and --refit do not go with a memory");
    }
  }

  /**
   * Rejects options that do not go with a table of items, before a log is read.
   *
   * @param holdsOut whether items are held out of the training
   */
  void checkForItems(boolean holdsOut) {
    Fitting fitting = continuation.fitting(over(TrainingOptions.forLongSequences()), metric());
    if (fitting.resume() != null || fitting.resumable()) {
      throw wrongUsage("--resume and --resumable do not go with --items");
    }
    if (fitting.refit() && holdsOut) {
      throw wrongUsage("--refit does not go with --hold-out-items");
    }
    if (fitting.options().optimization().loss().sampled()) {
      throw wrongUsage("--items goes with --loss full");
    }
  }

  /** {@return the fitting to sequences} */
  Fitting fitting(Sequences train) {
    return continuation.fitting(options(train), metric());
  }

  /**
   * {@return the training options for sequences: defaults that suit their length and number,
   * changed by the options of the command line}
   */
  private TrainingOptions options(Sequences train) {
    double meanLength = (double) train.events() / train.count();
    TrainingOptions usual =
        meanLength >= LONG
            ? TrainingOptions.forLongSequences()
            : TrainingOptions.forShortSessions();
    int usualBatch = usual.batching().batchSize();
    while (usualBatch > SMALLEST_BATCH
        && train.events() / ((long) usualBatch * usual.batching().window()) < ENOUGH_UPDATES) {
      usualBatch /= 2;
    }
    return over(usual.withBatchSize(usualBatch));
  }

  private TrainingOptions over(TrainingOptions usual) {
    try {
      TrainingOptions options = usual;
      options = epochs == null ? options : options.withEpochs(epochs);
      options = patience == null ? options : options.withPatience(patience);
      options = loss.over(optimization.over(options));
      options = options.withDropout(dropoutOver(options.dropout()));
      options = batchSize == null ? options : options.withBatchSize(batchSize);
      options = window == null ? options : options.withWindow(window);
      options = order == null ? options : options.withOrder(order);
      options = threads == null ? options : options.withThreads(threads);
      return seed == null ? options : options.withSeed(seed);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage(Failure.oneSentence(mistake.getMessage()));
    }
  }

  private Dropout dropoutOver(Dropout usual) {
    return new Dropout(
        firstOf(embeddingDropout, dropout, usual.embedding()),
        firstOf(inputDropout, dropout, usual.input()),
        firstOf(hiddenDropout, dropout, usual.hidden()));
  }

  private static float firstOf(@Nullable Float own, @Nullable Float all, float usual) {
    return own != null ? own : all != null ? all : usual;
  }
}
