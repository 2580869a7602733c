package org.staccato.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.learn.TrainingOptions;

/**
 * How a network is fitted to a log.
 *
 * @param options the training options
 * @param metric the metric that selects the best epoch
 * @param resume the weight file to go on from, null to begin anew
 * @param resumable whether a training can go on from the written file
 * @param refit whether the network is fitted again to training and validation together, for as many
 *     epochs as validation has chosen
 */
record Fitting(
    TrainingOptions options,
    Metric metric,
    @Nullable Path resume,
    boolean resumable,
    boolean refit) {

  /** Begins anew, once. */
  Fitting(TrainingOptions options, Metric metric) {
    this(options, metric, null, false, false);
  }
}
