package org.staccato.trainer.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.model.EventAttribute.Clock;
import org.staccato.model.LocalClock;
import org.staccato.trainer.log.Column;

/**
 * An attribute of events that a network can be given, made from a column of the log. The values
 * that it distinguishes are those of the training part; its name is the constant's in lower case.
 */
public enum AttributeChoice {
  /** The type of the event, a category. */
  TYPE(Column.TYPE),
  /** The value of the event, such as a rating, as a level. */
  VALUE(Column.VALUE),
  /** The time since the event before. */
  GAP(Column.TIME),
  /** The hour of the day. */
  HOUR(Column.TIME),
  /** The day of the week. */
  WEEKDAY(Column.TIME);

  /** The most levels: more values than this are cut at quantiles. */
  private static final int MOST_LEVELS = 20;

  private final Column column;

  AttributeChoice(Column column) {
    this.column = column;
  }

  /** {@return the column of the log that it needs} */
  public Column column() {
    return column;
  }

  /**
   * Makes the attribute.
   *
   * @param train the training part, of a log that keeps the column
   * @param zone the time zone of hours and weekdays
   * @return the attribute
   * @throws UnusableLogException if no event of the training part has it, or it has too many
   *     categories
   * @throws IllegalArgumentException if there is no such zone
   */
  public EventAttribute learn(Sequences train, String zone) throws UnusableLogException {
    String name = name().toLowerCase(Locale.ROOT);
    return switch (this) {
      case TYPE -> new EventAttribute.Category(name, categories(train));
      case VALUE -> new EventAttribute.Level(name, bounds(train));
      case GAP -> new EventAttribute.Gap(name, EventAttribute.Gap.USUAL_BUCKETS);
      case HOUR -> new Clock(name, Clock.Unit.HOUR, LocalClock.of(zone));
      case WEEKDAY -> new Clock(name, Clock.Unit.WEEKDAY, LocalClock.of(zone));
    };
  }

  private static List<String> categories(Sequences train) throws UnusableLogException {
    TreeSet<String> categories = new TreeSet<>();
    Event event = new Event();
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int position = 0; position < train.length(sequence); position++) {
        train.read(sequence, position, event);
        String type = event.type();
        if (type != null) {
          categories.add(type);
        }
      }
    }
    if (categories.isEmpty() || categories.size() >= EventAttribute.VALUE_LIMIT) {
      throw new UnusableLogException(
          "types: found "
              + categories.size()
              + " in the training part, expected 1 to "
              + (EventAttribute.VALUE_LIMIT - 1));
    }
    return List.copyOf(categories);
  }

  private static List<Float> bounds(Sequences train) throws UnusableLogException {
    float[] values = new float[Math.toIntExact(train.events())];
    int count = 0;
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int position = 0; position < train.length(sequence); position++) {
        float value = train.value(sequence, position);
        if (!Float.isNaN(value)) {
          values[count++] = value + 0f; // Makes −0 the other zero, which equals it.
        }
      }
    }
    if (count == 0) {
      throw new UnusableLogException("values: found none in the training part, expected some");
    }
    Arrays.sort(values, 0, count);
    List<Float> distinct = new ArrayList<>();
    for (int i = 0; i < count && distinct.size() <= MOST_LEVELS; i++) {
      addAbove(distinct, values[i]);
    }
    if (distinct.size() <= MOST_LEVELS) {
      return distinct;
    }
    List<Float> quantiles = new ArrayList<>();
    for (int level = 0; level < MOST_LEVELS; level++) {
      addAbove(quantiles, values[(int) ((long) count * level / MOST_LEVELS)]);
    }
    return quantiles;
  }

  /** Adds a value that is above the last one. */
  private static void addAbove(List<Float> values, float value) {
    if (values.isEmpty() || values.getLast() < value) {
      values.add(value);
    }
  }
}
