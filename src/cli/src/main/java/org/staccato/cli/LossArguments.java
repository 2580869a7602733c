package org.staccato.cli;

import org.jspecify.annotations.Nullable;
import org.staccato.trainer.learn.Loss;
import org.staccato.trainer.learn.TrainingOptions;
import picocli.CommandLine.Option;

/** The options of the loss that a training minimises. */
final class LossArguments {
  @Option(
      names = "--loss",
      order = 330,
      paramLabel = "KIND",
      description =
          "What is minimised: full, the cross-entropy over the whole catalogue; sampled, the"
              + " cross-entropy over a sample of it; bpr-max or gbce, two more losses of a sample"
              + " (default: ${bundle:usual.optimization.loss.kind}).")
  private Loss.@Nullable Kind kind;

  @Option(
      names = "--negatives",
      order = 331,
      paramLabel = "N",
      description =
          "Items that a loss of a sample scores beside the targets (default:"
              + " ${bundle:usual.optimization.loss.negatives}).")
  private @Nullable Integer negatives;

  @Option(
      names = "--label-smoothing",
      order = 332,
      paramLabel = "X",
      description =
          "Share of the target's probability that --loss full gives to all items alike (default:"
              + " ${bundle:usual.optimization.loss.labelSmoothing}).")
  private @Nullable Double labelSmoothing;

  @Option(
      names = "--logit-adjustment",
      order = 333,
      paramLabel = "X",
      description =
          "Add X times the logarithm of an item's share of the events to its score, in training"
              + " only, with --loss full or sampled: lists then lean less to popular items (default:"
              + " ${bundle:usual.optimization.loss.logitAdjustment}).")
  private @Nullable Double logitAdjustment;

  @Option(
      names = "--bpr-regularization",
      order = 334,
      paramLabel = "X",
      description =
          "Factor of the negatives' squared scores with --loss bpr-max (default:"
              + " ${bundle:usual.optimization.loss.regularization}).")
  private @Nullable Double regularization;

  @Option(
      names = "--gbce-calibration",
      order = 335,
      paramLabel = "X",
      description =
          "How far --loss gbce makes up for the sample, 0 to 1 (default:"
              + " ${bundle:usual.optimization.loss.calibration}).")
  private @Nullable Double calibration;

  /**
   * {@return options with the loss of the command line}
   *
   * @throws IllegalArgumentException if a value is out of range or belongs to another loss
   */
  TrainingOptions over(TrainingOptions usual) {
    Loss loss = kind == null ? usual.optimization().loss() : Loss.of(kind);
    loss = negatives == null ? loss : loss.withNegatives(negatives);
    loss = labelSmoothing == null ? loss : loss.withLabelSmoothing(labelSmoothing);
    loss = logitAdjustment == null ? loss : loss.withLogitAdjustment(logitAdjustment);
    loss = regularization == null ? loss : loss.withRegularization(regularization);
    return usual.withLoss(calibration == null ? loss : loss.withCalibration(calibration));
  }
}
