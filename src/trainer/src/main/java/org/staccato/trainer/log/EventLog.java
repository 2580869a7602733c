package org.staccato.trainer.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The user, item and time of each event: one row per event, in the order of the log, held in
 * columns. Users and items are numbered by first appearance.
 *
 * <p>Takes 8 bytes an event, 8 more with times, and 4 more each with sessions, types and values.
 * Immutable and safe to share between threads.
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public final class EventLog {
  private final int size;
  private final int[] users;
  private final int[] items;
  private final long @Nullable [] times;
  private final int @Nullable [] sessions;
  private final Keys userKeys;
  private final Keys itemKeys;
  private final DropCounts dropped;

  private final KeptColumns kept;
  private final int @Nullable [] types;
  private final float @Nullable [] values;
  private final Keys typeKeys;

  /** In place of the type of an event that has none. */
  public static final int NO_TYPE = -1;

  private EventLog(Builder builder) {
    kept = builder.kept;
    types = builder.types;
    values = builder.values;
    typeKeys = builder.typeIndex.toKeys();
    size = builder.size;
    users = builder.users;
    items = builder.items;
    times = builder.times;
    sessions = builder.anySession ? builder.sessions : null;
    userKeys = builder.userIndex.toKeys();
    itemKeys = builder.itemIndex.toKeys();
    dropped = builder.dropped;
  }

  /** {@return the number of events} */
  public int size() {
    return size;
  }

  /** {@return the keys of the users} */
  public Keys users() {
    return userKeys;
  }

  /** {@return the keys of the items} */
  public Keys items() {
    return itemKeys;
  }

  /** {@return the columns that the log keeps} */
  public KeptColumns kept() {
    return kept;
  }

  /** {@return the types of events} */
  public Keys types() {
    return typeKeys;
  }

  /**
   * {@return the index of the type of an event, or {@link #NO_TYPE}}
   *
   * @param event the event, from 0 to {@code size() - 1}
   */
  public int type(int event) {
    Objects.checkIndex(event, size);
    return types == null ? NO_TYPE : types[event];
  }

  /**
   * {@return the value of an event, NaN if it has none}
   *
   * @param event the event, from 0 to {@code size() - 1}
   */
  public float value(int event) {
    Objects.checkIndex(event, size);
    return values == null ? Float.NaN : values[event];
  }

  /** {@return the counts of the rows that the reader left out} */
  public DropCounts dropped() {
    return dropped;
  }

  /** {@return whether events have times; without times, events are in the order of the log} */
  public boolean hasTimes() {
    return times != null;
  }

  /** {@return whether events belong to sessions} */
  public boolean hasSessions() {
    return sessions != null;
  }

  /**
   * {@return the index of the user of an event}
   *
   * @param event the event, from 0 to {@code size() - 1}
   */
  public int user(int event) {
    return users[Objects.checkIndex(event, size)];
  }

  /**
   * {@return the index of the item of an event}
   *
   * @param event the event, from 0 to {@code size() - 1}
   */
  public int item(int event) {
    return items[Objects.checkIndex(event, size)];
  }

  /**
   * {@return the time of an event in milliseconds since 1970 UTC, 0 if the log has no times}
   *
   * @param event the event, from 0 to {@code size() - 1}
   */
  public long time(int event) {
    Objects.checkIndex(event, size);
    return times == null ? 0 : times[event];
  }

  /**
   * {@return the number of the session of an event, 0 if the log has no sessions; a session belongs
   * to one user}
   *
   * @param event the event, from 0 to {@code size() - 1}
   */
  public int session(int event) {
    Objects.checkIndex(event, size);
    return sessions == null ? 0 : sessions[event];
  }

  /** Collects events. Confined to one thread, and used for one log. */
  public static final class Builder {
    private final KeyIndex userIndex = new KeyIndex();
    private final KeyIndex itemIndex = new KeyIndex();
    private final KeyIndex sessionIndex = new KeyIndex();
    private DropCounts dropped = DropCounts.NONE;
    private int size;
    private int[] users = new int[64];
    private int[] items = new int[64];
    private long @Nullable [] times;
    private int @Nullable [] sessions;
    private boolean anySession;
    private final KeptColumns kept;
    private final KeyIndex typeIndex = new KeyIndex();
    private int @Nullable [] types;
    private float @Nullable [] values;

    /**
     * Starts a log.
     *
     * @param withTimes whether events have times
     * @param withSessions whether events may belong to sessions; if no event does, the log has no
     *     sessions
     */
    public Builder(boolean withTimes, boolean withSessions) {
      this(withTimes, withSessions, KeptColumns.NONE);
    }

    /**
     * Starts a log.
     *
     * @param withTimes whether events have times
     * @param withSessions whether events may belong to sessions; if no event does, the log has no
     *     sessions
     * @param kept the columns that it keeps
     */
    public Builder(boolean withTimes, boolean withSessions, KeptColumns kept) {
      this.kept = kept;
      types = kept.has(Column.TYPE) ? new int[64] : null;
      values = kept.has(Column.VALUE) ? new float[64] : null;
      times = withTimes ? new long[64] : null;
      sessions = withSessions ? new int[64] : null;
    }

    /**
     * Adds an event.
     *
     * @param user the key of the user
     * @param session the key of the session among the user's, or null; ignored in a log without
     *     sessions
     * @param item the key of the item
     * @param time milliseconds since 1970 UTC, ignored in a log without times
     * @return this
     * @throws IllegalStateException if the log would exceed 2³⁰ events
     */
    public Builder add(String user, @Nullable String session, String item, long time) {
      return add(user, session, item, time, "", Float.NaN);
    }

    /**
     * Adds an event with more of its columns.
     *
     * @param user the key of the user
     * @param session the key of the session among the user's, or null; ignored in a log without
     *     sessions
     * @param item the key of the item
     * @param time milliseconds since 1970 UTC, ignored in a log without times
     * @param type the type, empty for none; ignored in a log that keeps no types
     * @param value the value, NaN for none; ignored in a log that keeps no values
     * @return this
     * @throws IllegalStateException if the log would exceed 2³⁰ events
     */
    public Builder add(
        String user, @Nullable String session, String item, long time, String type, float value) {
      if (size == users.length) {
        grow();
      }
      users[size] = userIndex.index(user);
      items[size] = itemIndex.index(item);
      if (times != null) {
        times[size] = time;
      }
      if (sessions != null) {
        sessions[size] = sessionIndex.index(user + '\0' + (session == null ? "" : session));
        anySession |= session != null;
      }
      if (types != null) {
        types[size] = type.isEmpty() ? NO_TYPE : typeIndex.index(type);
      }
      if (values != null) {
        values[size] = value;
      }
      size++;
      return this;
    }

    /**
     * Counts an event that is left out.
     *
     * @param reason the reason
     * @return this
     */
    public Builder drop(DropReason reason) {
      dropped = dropped.plus(reason, 1);
      return this;
    }

    /** Counts a row that cannot be read, or throws its exception if no row may be broken. */
    void broken(LogFormatException row, double mostBroken) throws LogFormatException {
      if (mostBroken == 0) {
        throw row;
      }
      dropped = dropped.plusBroken(String.valueOf(row.getMessage()));
    }

    /** Rejects a log in which more than a share of the rows is broken. */
    void requireFewBroken(String source, double mostBroken) throws LogFormatException {
      long count = dropped.of(DropReason.BROKEN);
      long rows = size + dropped.total();
      if (count > 0 && (double) count / rows > mostBroken) {
        throw LogFormatException.ofSource(
            source,
            String.format(
                Locale.ROOT,
                "%,d broken rows among %,d (%.3g %%)",
                count,
                rows,
                100.0 * count / rows),
            String.format(
                Locale.ROOT,
                "at most %.3g %%; the first: %s",
                100 * mostBroken,
                dropped.broken().getFirst()));
      }
    }

    KeptColumns kept() {
      return kept;
    }

    /** {@return the number of events added so far} */
    public int size() {
      return size;
    }

    /** {@return the log; the builder cannot be used afterwards} */
    public EventLog build() {
      return new EventLog(this);
    }

    private void grow() {
      if (size >= 1 << 30) {
        throw new IllegalStateException("events: found more than " + (1 << 30));
      }
      users = Arrays.copyOf(users, size * 2);
      items = Arrays.copyOf(items, size * 2);
      times = times == null ? null : Arrays.copyOf(times, size * 2);
      sessions = sessions == null ? null : Arrays.copyOf(sessions, size * 2);
      types = types == null ? null : Arrays.copyOf(types, size * 2);
      values = values == null ? null : Arrays.copyOf(values, size * 2);
    }
  }
}
