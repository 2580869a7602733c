package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
