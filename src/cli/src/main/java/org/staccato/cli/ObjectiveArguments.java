package org.staccato.cli;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.staccato.model.EventAttribute;
import org.staccato.model.LocalClock;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.learn.ValueObjective;
import org.staccato.trainer.log.Column;
import org.staccato.trainer.log.KeptColumns;
import org.staccato.trainer.sequence.AttributeChoice;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;
import org.staccato.trainer.sequence.UnusableLogException;
import picocli.CommandLine.Option;

/** The options of what a network takes of events beside items, and of what it predicts. */
final class ObjectiveArguments extends Arguments {
  /** What a network predicts. */
  enum Objective {
    NEXT,
    CLICK,
    RATING
  }

  /** The losses of a rating. */
  enum RatingLoss {
    SQUARED,
    ABSOLUTE
  }

  @Option(
      names = "--objective",
      order = 330,
      paramLabel = "WHAT",
      description =
          "What to predict: next: the next item; rating: the value of the next event, given its item;"
              + " click: the probability that it is a click (default: next).")
  private Objective objective = Objective.NEXT;

  @Option(
      names = "--attributes",
      order = 331,
      split = ",",
      paramLabel = "NAME",
      description =
          "What the network takes of each event beside its item: type, value, gap (the time since the"
              + " event before), hour, weekday; an empty name for none (default: none; value for"
              + " rating and click).")
  private @Nullable List<String> attributes;

  @Option(
      names = "--zone",
      order = 332,
      paramLabel = "ZONE",
      description =
          "The time zone of hours and weekdays, e.g. Europe/Berlin (default: ${DEFAULT-VALUE}).")
  private String zone = "UTC";

  @Option(
      names = "--rating-loss",
      order = 333,
      paramLabel = "HOW",
      description = "The loss of a rating: squared or absolute (default: squared).")
  private @Nullable RatingLoss loss;

  @Option(
      names = "--rating-range",
      order = 334,
      paramLabel = "LOW:HIGH",
      description =
          "The scale of ratings, e.g. 1:5; another one ends the reading, and predictions are kept"
              + " within it (default: none).")
  private @Nullable String range;

  @Option(
      names = "--click-threshold",
      order = 335,
      paramLabel = "X",
      description =
          "The least value of a click, e.g. 4 of a rating (default: none, values are 0 and 1).")
  private @Nullable Double threshold;

  /** Rejects options that are wrong for any log, before a log is read. */
  void check() {
    choices();
    task();
    try {
      LocalClock.of(zone);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage("--" + mistake.getMessage());
    }
  }

  /** {@return the task, or null for a network that predicts the next item} */
  @Nullable ValueTask task() {
    if (objective != Objective.RATING && (loss != null || range != null)) {
      throw wrongUsage("--rating-loss and --rating-range belong to --objective rating");
    }
    if (objective != Objective.CLICK && threshold != null) {
      throw wrongUsage("--click-threshold belongs to --objective click");
    }
    return switch (objective) {
      case NEXT -> null;
      case CLICK -> ValueTask.click(threshold == null ? Double.NaN : threshold);
      case RATING -> rating();
    };
  }

  private ValueTask rating() {
    if (range == null) {
      return ValueTask.rating(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    String[] ends = range.split(":", -1);
    try {
      if (ends.length == 2) {
        return ValueTask.rating(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like one number.
    }
    throw wrongUsage(
        "--rating-range: found '" + range + "', expected a lower and a higher number, as in 1:5");
  }

  private Set<AttributeChoice> choices() {
    List<String> given = attributes;
    if (given == null) {
      return objective == Objective.NEXT ? Set.of() : EnumSet.of(AttributeChoice.VALUE);
    }
    Set<AttributeChoice> chosen = EnumSet.noneOf(AttributeChoice.class);
    for (String name : given) {
      if (!name.isBlank()) {
        chosen.add(choice(name));
      }
    }
    return chosen;
  }

  private AttributeChoice choice(String name) {
    for (AttributeChoice choice : AttributeChoice.values()) {
      if (choice.name().equalsIgnoreCase(name.strip())) {
        return choice;
      }
    }
    throw wrongUsage(
        "--attributes: found '" + name + "', expected some of type, value, gap, hour and weekday");
  }

  /** {@return the columns that the log must keep} */
  KeptColumns kept() {
    Set<Column> columns = new HashSet<>();
    choices().forEach(choice -> columns.add(choice.column()));
    return kept(columns, task());
  }

  /** {@return whether attributes of events are asked for, or are part of the objective} */
  boolean hasAttributes() {
    return !choices().isEmpty();
  }

  /** {@return the columns for some attributes and a task} */
  static KeptColumns kept(Set<Column> ofAttributes, @Nullable ValueTask task) {
    if (task == null) {
      return KeptColumns.of(ofAttributes);
    }
    Set<Column> columns = new HashSet<>(ofAttributes);
    columns.add(Column.VALUE);
    return task.kind() == ValueTask.Kind.RATING
        ? new KeptColumns(columns, task.lowest(), task.highest())
        : KeptColumns.of(columns);
  }

  /** {@return the attributes, with the values of the training part} */
  List<EventAttribute> attributes(Sequences train) throws UnusableLogException {
    List<EventAttribute> learnt = new ArrayList<>();
    for (AttributeChoice choice : choices()) {
      learnt.add(choice.learn(train, zone));
    }
    return learnt;
  }

  /** {@return the objective of a network that predicts values} */
  ValueObjective values(ValueTask task, Split split) throws UnusableLogException {
    task.require(split.train(), split.validation(), split.test());
    if (task.kind() == ValueTask.Kind.CLICK) {
      return ValueObjective.click(task, split.train());
    }
    boolean absolute = loss == RatingLoss.ABSOLUTE;
    return ValueObjective.rating(
        task, absolute ? ValueObjective.Loss.ABSOLUTE : ValueObjective.Loss.SQUARED, split.train());
  }
}
