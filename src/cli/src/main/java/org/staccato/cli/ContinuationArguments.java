package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.staccato.export.ResumableModel;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.learn.TrainingOptions;
import picocli.CommandLine.Option;

/** The options that join a training to the one before and the one after. */
final class ContinuationArguments {
  @Option(
      names = "--resume",
      order = 350,
      paramLabel = "MODEL",
      description =
          "Go on from the weights of a model that was trained with --resumable and the same network;"
              + " items are matched by their keys (default: begin anew).")
  private @Nullable Path resume;

  @Option(
      names = "--resumable",
      order = 351,
      description = "Write a file from which --resume can go on.")
  private boolean resumable;

  @Option(
      names = "--refit",
      order = 352,
      description =
          "At the end learn again, from training and validation together, for as many epochs as"
              + " validation has chosen.")
  private boolean refit;

  /** {@return the fitting with some options} */
  Fitting fitting(TrainingOptions options, Metric metric) {
    return new Fitting(options, metric, resume, resumable, refit);
  }

  /**
   * Rejects a model from which the training cannot go on, before a log is read.
   *
   * @param network the network that is wanted, over any catalogue
   */
  void check(ModelSpecification network) throws IOException {
    if (resume != null) {
      try (ResumableModel model = ResumableModel.open(resume)) {
        String found = words(model.weights().specification());
        String expected = words(network);
        if (!found.equals(expected)) {
          throw new BadInputException(
              resume + ": found " + found + ", expected " + expected + ", as the options say");
        }
      }
    }
  }

  private static String words(ModelSpecification network) {
    return "embeddings of "
        + network.itemInput().width()
        + ", "
        + LayerWords.list(network.layers())
        + network
            .findRanking()
            .map(Ranking::tied)
            .map(tied -> tied ? ", tied" : ", untied")
            .orElse("");
  }
}
