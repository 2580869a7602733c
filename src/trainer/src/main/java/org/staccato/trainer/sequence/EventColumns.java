package org.staccato.trainer.sequence;

import org.jspecify.annotations.Nullable;
import org.staccato.model.Event;
import org.staccato.trainer.log.Column;
import org.staccato.trainer.log.EventLog;

/**
 * The columns of events beside their items, by the places of the events in the array that all parts
 * of a split share. Immutable.
 */
final class EventColumns {
  /** Of events of which nothing but the item is known. */
  static final EventColumns NONE = new EventColumns(null, null, null, null, new String[0]);

  private final int @Nullable [] users;
  private final long @Nullable [] times;
  private final float @Nullable [] values;
  private final int @Nullable [] types;
  private final String[] typeNames;

  private EventColumns(
      int @Nullable [] users,
      long @Nullable [] times,
      float @Nullable [] values,
      int @Nullable [] types,
      String[] typeNames) {
    this.users = users;
    this.times = times;
    this.values = values;
    this.types = types;
    this.typeNames = typeNames;
  }

  /**
   * Takes the columns of the events of a draft that its log keeps.
   *
   * @param withUsers whether the log's numbers of users are those of the training log
   */
  static EventColumns of(EventLog log, Draft draft, boolean withUsers) {
    if (log.kept().columns().isEmpty()) {
      return NONE;
    }
    boolean withTypes = log.kept().columns().contains(Column.TYPE);
    boolean withValues = log.kept().columns().contains(Column.VALUE);
    int[] users = withUsers ? new int[draft.events] : null;
    int[] types = withTypes ? new int[draft.events] : null;
    float[] values = withValues ? new float[draft.events] : null;
    for (int event = 0; event < draft.events; event++) {
      int row = draft.rows[event];
      if (users != null) {
        users[event] = log.user(row);
      }
      if (types != null) {
        types[event] = log.type(row);
      }
      if (values != null) {
        values[event] = log.value(row);
      }
    }
    return new EventColumns(
        users,
        log.hasTimes() ? draft.times : null,
        values,
        types,
        log.types().texts().toArray(String[]::new));
  }

  /** Returns the user of an event by the numbers of the training log, or -1. */
  int user(int event) {
    return users == null ? -1 : users[event];
  }

  /** Returns the value of an event, or NaN if it has none. */
  float value(int event) {
    return values == null ? Float.NaN : values[event];
  }

  /** Fills in what is known of an event beside its item. */
  void fill(int event, boolean first, Event filled) {
    if (times != null) {
      filled.millis(times[event]);
      filled.previousMillis(first ? Event.UNKNOWN_TIME : times[event - 1]);
    }
    if (types != null && types[event] != EventLog.NO_TYPE) {
      filled.type(typeNames[types[event]]);
    }
    filled.value(value(event));
  }
}
