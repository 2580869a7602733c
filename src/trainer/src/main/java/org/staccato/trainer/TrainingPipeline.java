package org.staccato.trainer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Weights;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.FeatureLearning;
import org.staccato.trainer.learn.Progress;
import org.staccato.trainer.learn.Trainer;
import org.staccato.trainer.learn.TrainingListener;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.learn.Validation;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

/**
 * Turns a split log into a weight file: trains a network, evaluates a weight file of every epoch as
 * it is served, and writes the best one. Not thread-safe.
 *
 * <pre>{@code
 * ModelSpecification network =
 *     NextItemNetwork.of(TrainingPipeline.input(split, 64), List.of(64), true);
 * TrainingPipeline pipeline =
 *     new TrainingPipeline(split, network, TrainingOptions.forLongSequences());
 * TrainingResult result = pipeline.train(new TrainingListener() {});
 * pipeline.write(path, result.weights(), "{}");
 * }</pre>
 */
public final class TrainingPipeline {
  private static final int GOLDEN_SEQUENCES = 8;
  private static final int GOLDEN_LENGTH = 32;

  private final Split split;
  private final Trainer trainer;
  private final Metric metric;
  private final int threads;
  private @Nullable TrainingResult best;

  /**
   * Prepares a training that the objective's default metric judges.
   *
   * @param split the events to learn from and to judge by
   * @param specification the network, over the split's catalogue
   * @param options the training options
   * @throws IllegalArgumentException if the network cannot be trained, is too large, or is over
   *     another catalogue
   */
  public TrainingPipeline(Split split, ModelSpecification specification, TrainingOptions options) {
    this(split, specification, options, new Trainer(specification, options).defaultMetric());
  }

  /**
   * Prepares a training.
   *
   * @param split the events to learn from and to judge by
   * @param specification the network, over the split's catalogue
   * @param options the training options
   * @param metric the metric on the validation cases that selects the best epoch
   * @throws IllegalArgumentException if the network cannot be trained, is too large, or is over
   *     another catalogue
   */
  public TrainingPipeline(
      Split split, ModelSpecification specification, TrainingOptions options, Metric metric) {
    this(split, specification, options, metric, null);
  }

  /**
   * Prepares a training with features of items.
   *
   * @param split the events to learn from and to judge by
   * @param specification the network, over the split's catalogue
   * @param options the training options
   * @param metric the metric on the validation cases that selects the best epoch
   * @param itemFeatures the features of the catalogue's items, or null if there are none
   * @throws IllegalArgumentException if the network cannot be trained, is too large, or is over
   *     another catalogue
   */
  @SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
  public TrainingPipeline(
      Split split,
      ModelSpecification specification,
      TrainingOptions options,
      Metric metric,
      @Nullable FeatureLearning itemFeatures) {
    this.split = split;
    trainer = new Trainer(specification, options, itemFeatures);
    this.metric = metric;
    threads = options.threads();
    ItemInput found = specification.itemInput();
    ItemInput expected = input(split, found.width());
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "network: found an input of "
              + describe(found)
              + ", expected the catalogue's "
              + describe(expected));
    }
  }

  private static String describe(ItemInput input) {
    return input.items() + " items with keys of the kind " + input.keys();
  }

  /**
   * Describes the input of a network over the catalogue of a split.
   *
   * @param split the split
   * @param width the width of an embedding
   * @return the input
   * @throws IllegalArgumentException if the width is outside its range
   */
  public static ItemInput input(Split split, int width) {
    return new ItemInput(split.items().size(), width, keys(split).kind());
  }

  private static ItemKeySource keys(Split split) {
    Keys items = split.items();
    return items.numeric() ? ItemKeySource.of(items.longs()) : ItemKeySource.of(items.texts());
  }

  /**
   * Trains the network.
   *
   * @param listener receives the progress
   * @return the best weights and a report of each epoch
   * @throws IOException if the temporary weight files of the epochs cannot be written
   * @throws InterruptedException if the thread is interrupted; {@link #best} then has the best
   *     epoch so far
   */
  public TrainingResult train(TrainingListener listener) throws IOException, InterruptedException {
    return train(listener, Files.createTempDirectory("staccato-epochs-"));
  }

  TrainingResult train(TrainingListener listener, Path folder)
      throws IOException, InterruptedException {
    best = null;
    // A temporary file that cannot be deleted must not hide the failure of the training.
    try (EpochFolder epochs = new EpochFolder(folder)) {
      Epochs judged = new Epochs(listener, epochs.path.resolve("epoch.safetensors"));
      return trainer.train(split.train(), judged, judged);
    } catch (IOException | RuntimeException e) {
      // An interrupt closes the channel that is written or read, or cancels the evaluation.
      if (Thread.interrupted()) {
        InterruptedException interrupted = new InterruptedException("training was interrupted");
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    }
  }

  /**
   * {@return the best weights of the last training and a report of each of its epochs, even if the
   * training was interrupted or failed; empty if no epoch was completed}
   */
  public Optional<TrainingResult> best() {
    return Optional.ofNullable(best);
  }

  /** Evaluates the epochs of a training, and keeps the best one. */
  private final class Epochs implements Validation, TrainingListener {
    private final TrainingListener listener;
    private final Path file;
    private final List<EpochReport> reports = new ArrayList<>();
    private @Nullable Weights judged;

    Epochs(TrainingListener listener, Path file) {
      this.listener = listener;
      this.file = file;
    }

    @Override
    public double score(Weights weights) throws IOException {
      judged = weights;
      return judge(weights, file);
    }

    @Override
    public void onProgress(Progress progress) {
      listener.onProgress(progress);
    }

    @Override
    public void onEpoch(EpochReport report) {
      reports.add(report);
      TrainingResult before = best;
      Weights weights = judged;
      if (before != null && !report.best()) {
        best = new TrainingResult(before.weights(), before.bestEpoch(), reports);
      } else if (weights != null) {
        best = new TrainingResult(weights, report.epoch(), reports);
      }
      listener.onEpoch(report);
    }
  }

  /** A folder that is deleted with its files, including those that a failed write left. */
  private record EpochFolder(Path path) implements Closeable {
    @Override
    public void close() throws IOException {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(path);
    }
  }

  private double judge(Weights weights, Path file) throws IOException {
    write(file, weights, "{}");
    try (LiveModel live = LiveModel.open(file)) {
      Evaluator evaluator = new Evaluator(new int[] {metric.cutoff()}, threads);
      ServedModel served = new ServedModel("epoch", live, split.items());
      EvaluationResult result = evaluator.evaluate(served, split.validation());
      return metric.of(result);
    }
  }

  /**
   * Writes a weight file of trained weights, with the catalogue's keys and popularity and with
   * golden samples from the validation cases.
   *
   * @param path the weight file; an existing one is replaced as a whole or not at all
   * @param weights the weights
   * @param provenance the origin of the model, as a JSON object
   * @throws IOException if it cannot be written
   */
  public void write(Path path, Weights weights, String provenance) throws IOException {
    ModelWriter.write(path, weights, keys(split), popularity(), goldenSequences(), provenance);
  }

  /** Returns the share of each item in the training events. */
  private float[] popularity() {
    ItemCounts counts = new ItemCounts(split.train());
    float[] shares = new float[counts.items()];
    for (int item = 0; item < shares.length; item++) {
      shares[item] = (float) counts.of(item) / counts.events();
    }
    return shares;
  }

  /**
   * Returns the beginnings of the first validation sequences, or of training sequences if there are
   * none.
   */
  private int[][] goldenSequences() {
    EvaluationCases validation = split.validation();
    List<int[]> golden = new ArrayList<>(GOLDEN_SEQUENCES);
    for (Sequences from : List.of(validation.sequences(), split.train())) {
      for (int i = 0; i < from.count() && golden.size() < GOLDEN_SEQUENCES; i++) {
        int[] sequence = from.toArray(i);
        if (sequence.length > 0) {
          golden.add(Arrays.copyOf(sequence, Math.min(sequence.length, GOLDEN_LENGTH)));
        }
      }
    }
    return golden.toArray(int[][]::new);
  }
}
