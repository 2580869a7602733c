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
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.format.ItemKeySource;
import org.staccato.network.ModelWriter;
import org.staccato.network.NetworkWeights;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.learn.EpochReport;
import org.staccato.trainer.learn.NetworkShape;
import org.staccato.trainer.learn.Progress;
import org.staccato.trainer.learn.Training;
import org.staccato.trainer.learn.TrainingListener;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.learn.Validation;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

/**
 * The way from a split log to a weight file: trains a network, judges every epoch by what a weight
 * file of it would serve, and writes the best one. Not thread-safe.
 */
public final class ModelTraining {
  private static final int GOLDEN_SEQUENCES = 8;
  private static final int GOLDEN_LENGTH = 32;

  private final Split split;
  private final NetworkShape shape;
  private final TrainingOptions options;
  private final Metric metric;
  private @Nullable TrainingResult best;

  /**
   * Prepares a training.
   *
   * @param split what to learn from, and what to judge by
   * @param shape the sizes of the network, over the split's catalogue
   * @param options how it learns
   * @param metric the figure of the validation cases that decides which epoch is the best
   */
  public ModelTraining(Split split, NetworkShape shape, TrainingOptions options, Metric metric) {
    this.split = split;
    this.shape = shape;
    this.options = options;
    this.metric = metric;
  }

  /**
   * Trains a network.
   *
   * @param listener is told how it goes
   * @return the best weights and a report per epoch
   * @throws IOException if the temporary weight files of the epochs cannot be written
   * @throws InterruptedException if the thread is interrupted; {@link #best} has what was reached
   */
  public TrainingResult run(TrainingListener listener) throws IOException, InterruptedException {
    return run(listener, Files.createTempDirectory("staccato-epochs-"));
  }

  TrainingResult run(TrainingListener listener, Path folder)
      throws IOException, InterruptedException {
    best = null;
    // A temporary that cannot be deleted must not hide why the training failed.
    try (EpochFolder epochs = new EpochFolder(folder)) {
      Epochs judged = new Epochs(listener, epochs.path.resolve("epoch.safetensors"));
      return new Training(shape, options).run(split.train(), judged, judged);
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
   * {@return the best weights of the last run and a report of each of its epochs, also after one
   * that was interrupted or has failed; empty if no epoch came to its end}
   */
  public Optional<TrainingResult> best() {
    return Optional.ofNullable(best);
  }

  /** Judges the epochs of a run, and keeps the best one. */
  private final class Epochs implements Validation, TrainingListener {
    private final TrainingListener listener;
    private final Path candidate;
    private final List<EpochReport> reports = new ArrayList<>();
    private @Nullable NetworkWeights judged;

    Epochs(TrainingListener listener, Path candidate) {
      this.listener = listener;
      this.candidate = candidate;
    }

    @Override
    public double score(NetworkWeights weights) throws IOException {
      judged = weights;
      return judge(weights, candidate);
    }

    @Override
    public void onProgress(Progress progress) {
      // A single training thread waits for no other, so nothing else looks at the interrupt.
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("training was interrupted");
      }
      listener.onProgress(progress);
    }

    @Override
    public void onEpoch(EpochReport report) {
      reports.add(report);
      TrainingResult before = best;
      NetworkWeights weights = judged;
      if (before != null && !report.best()) {
        best = new TrainingResult(before.weights(), before.bestEpoch(), reports);
      } else if (weights != null) {
        best = new TrainingResult(weights, report.epoch(), reports);
      }
      listener.onEpoch(report);
    }
  }

  /** A folder that is deleted with its files, also with those that a failed write has left. */
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

  private double judge(NetworkWeights weights, Path candidate) throws IOException {
    write(candidate, weights, "{}");
    try (LiveModel live = LiveModel.open(candidate)) {
      Evaluator evaluator = new Evaluator(new int[] {metric.cutoff()}, options.threads());
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
   * @param provenance where the model comes from, as a JSON object
   * @throws IOException if it cannot be written
   */
  public void write(Path path, NetworkWeights weights, String provenance) throws IOException {
    Keys items = split.items();
    ItemKeySource keys =
        items.numeric() ? ItemKeySource.of(items.longs()) : ItemKeySource.of(items.texts());
    ModelWriter.write(path, weights, keys, popularity(), goldenSequences(), provenance);
  }

  /** The share of the training events that each item has. */
  private float[] popularity() {
    Sequences train = split.train();
    float[] counts = new float[train.items()];
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int position = 0; position < train.length(sequence); position++) {
        counts[train.item(sequence, position)]++;
      }
    }
    for (int item = 0; item < counts.length; item++) {
      counts[item] /= train.events();
    }
    return counts;
  }

  /** The beginnings of the first sequences to predict; of training sequences if there are none. */
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
