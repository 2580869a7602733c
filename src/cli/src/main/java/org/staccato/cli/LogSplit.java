package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.model.EventAttribute;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.log.Column;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.KeptColumns;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogReader;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.PreparationOptions.SplitBy;
import org.staccato.trainer.sequence.Split;

/**
 * The events of a run: their sources, their layout and their split.
 *
 * @param logs the files that make up the log
 * @param format the layout of the files
 * @param kept the columns that are kept beside users, items and times
 * @param preparation the options of cleaning and splitting
 * @param validation the validation log of {@link SplitBy#GIVEN}
 * @param test the test log of {@link SplitBy#GIVEN}
 */
record LogSplit(
    List<LogSource> logs,
    LogFormat format,
    KeptColumns kept,
    PreparationOptions preparation,
    @Nullable LogSource validation,
    @Nullable LogSource test) {

  /**
   * {@return a log with the layout, cleaning and split of a model's training log, unless options
   * say otherwise}
   */
  static LogSplit asTrained(
      Path model,
      LiveModel live,
      List<LogSource> logs,
      LogArguments log,
      PreparationArguments preparation) {
    if (live.version().specification().findRanking().isEmpty()) {
      throw new BadInputException(
          model + ": found a model that predicts from features, expected one that ranks items");
    }
    Map<String, String> recipe = Provenance.recipe(live.version().metadata());
    return new LogSplit(
        logs,
        log.over(LogFormat.fromMap(recipe)),
        kept(live.version().specification(), recipe),
        preparation.over(PreparationOptions.fromMap(recipe)),
        preparation.validation(),
        preparation.test());
  }

  /** {@return the columns that a model reads of a log, and its range of ratings} */
  static KeptColumns kept(ModelSpecification specification, Map<String, String> recipe) {
    Set<Column> columns = new HashSet<>();
    for (EventAttribute attribute : specification.attributes()) {
      columns.add(
          switch (attribute) {
            case EventAttribute.Category category -> Column.TYPE;
            case EventAttribute.Level level -> Column.VALUE;
            case EventAttribute.Gap gap -> Column.TIME;
            case EventAttribute.Clock clock -> Column.TIME;
          });
    }
    boolean linked = specification.ranking().link() != Link.NONE;
    return ObjectiveArguments.kept(columns, linked ? ValueTask.fromMap(recipe) : null);
  }

  /** {@return the layout, cleaning and split of the log, as flat text} */
  Map<String, String> recipe() {
    Map<String, String> recipe = new LinkedHashMap<>(format.toMap());
    recipe.putAll(preparation.toMap());
    return recipe;
  }

  /** {@return the names of the files of the log, without their folders} */
  List<String> names() {
    return logs.stream().map(log -> String.valueOf(Path.of(log.name()).getFileName())).toList();
  }

  /** {@return the split, read from the files} */
  Split read() throws IOException {
    if (Stream.concat(logs.stream(), Stream.of(validation, test))
            .filter(source -> source == LogArguments.STANDARD_INPUT)
            .count()
        > 1) {
      throw new BadInputException("standard input: found - twice, expected it once");
    }
    EventLog log = LogReader.read(logs, format, kept);
    if (validation == null || test == null) {
      return Preparation.split(log, preparation);
    }
    return Preparation.split(
        log,
        LogReader.read(List.of(validation), format, kept),
        LogReader.read(List.of(test), format, kept),
        preparation);
  }
}
