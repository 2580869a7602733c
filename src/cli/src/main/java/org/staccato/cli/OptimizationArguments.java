package org.staccato.cli;

import org.jspecify.annotations.Nullable;
import org.staccato.trainer.learn.Optimization.Schedule;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.learn.Updates;
import picocli.CommandLine.Option;

/** The options of the way in which a gradient moves the weights. */
final class OptimizationArguments {
  @Option(
      names = "--optimizer",
      order = 313,
      paramLabel = "NAME",
      description =
          "The optimizer: adam, adagrad or momentum (default:"
              + " ${bundle:usual.optimization.updates.algorithm}).")
  private Updates.@Nullable Algorithm algorithm;

  @Option(
      names = "--learning-rate",
      order = 313,
      paramLabel = "X",
      description =
          "The greatest learning rate (default: ${bundle:usual.optimization.learningRate}).")
  private @Nullable Double learningRate;

  @Option(
      names = "--schedule",
      order = 314,
      paramLabel = "HOW",
      description =
          "Schedule of the learning rate: constant, linear or cosine (default:"
              + " ${bundle:usual.optimization.schedule}).")
  private @Nullable Schedule schedule;

  @Option(
      names = "--warm-up",
      order = 314,
      paramLabel = "X",
      description =
          "Share of the updates during which the learning rate rises (default:"
              + " ${bundle:usual.optimization.updates.warmUp}).")
  private @Nullable Double warmUp;

  @Option(
      names = "--weight-decay",
      order = 319,
      paramLabel = "X",
      description = "Decoupled weight decay (default: ${bundle:usual.optimization.weightDecay}).")
  private @Nullable Double weightDecay;

  @Option(
      names = "--clip",
      order = 320,
      paramLabel = "X",
      description =
          "Maximum norm of the gradient (default: ${bundle:usual.optimization.clipNorm}).")
  private @Nullable Double clip;

  @Option(
      names = "--average",
      order = 320,
      paramLabel = "X",
      description =
          "Decay of a running average of the weights, which is evaluated and written in their place;"
              + " 0 for none (default: ${bundle:usual.optimization.updates.average}).")
  private @Nullable Double average;

  /**
   * {@return options changed by those of the command line}
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  TrainingOptions over(TrainingOptions usual) {
    Updates updates = usual.optimization().updates();
    updates = algorithm == null ? updates : updates.withAlgorithm(algorithm);
    updates = warmUp == null ? updates : updates.withWarmUp(warmUp);
    updates = average == null ? updates : updates.withAverage(average);
    TrainingOptions options = usual.withUpdates(updates);
    options = learningRate == null ? options : options.withLearningRate(learningRate);
    options = schedule == null ? options : options.withSchedule(schedule);
    options = weightDecay == null ? options : options.withWeightDecay(weightDecay);
    return clip == null ? options : options.withClipNorm(clip);
  }
}
