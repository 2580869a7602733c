package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.model.ModelSpecification.Prediction;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogReader;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.PreparationOptions.SplitBy;
import org.staccato.trainer.sequence.Split;

/**
 * Where the events of a run come from and how they are laid out and split.
 *
 * @param logs the files that together are the log
 * @param format how they are laid out
 * @param preparation how they are cleaned and split
 * @param validation the validation log of {@link SplitBy#GIVEN}
 * @param test the test log of {@link SplitBy#GIVEN}
 */
record LogSplit(
    List<Path> logs,
    LogFormat format,
    PreparationOptions preparation,
    @Nullable Path validation,
    @Nullable Path test) {

  /**
   * {@return a log laid out, cleaned and split as the one that a model was trained on, unless told
   * otherwise}
   */
  static LogSplit asTrained(
      Path model,
      LiveModel live,
      List<Path> logs,
      LogArguments log,
      PreparationArguments preparation) {
    if (live.version().specification().task() instanceof Prediction) {
      throw new BadInputException(
          model + ": found a model that predicts from features, expected one that ranks items");
    }
    Map<String, String> recipe = Provenance.recipe(live.version().metadata());
    return new LogSplit(
        logs,
        log.over(LogFormat.fromMap(recipe)),
        preparation.over(PreparationOptions.fromMap(recipe)),
        preparation.validation(),
        preparation.test());
  }

  /** {@return the split that results} */
  Split read() throws IOException {
    EventLog log = LogReader.read(logs, format);
    if (validation == null || test == null) {
      return Preparation.split(log, preparation);
    }
    return Preparation.split(
        log, LogReader.read(validation, format), LogReader.read(test, format), preparation);
  }
}
