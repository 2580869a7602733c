package org.staccato.trainer.log;

import org.jspecify.annotations.Nullable;

/** Turns rows of fields into events: checks the rows, and counts those that it leaves out. */
final class EventRows {
  private final String source;
  private final LogFormat format;
  private final KeptColumns kept;
  private final EventLog.Builder log;
  private final TimeParser times;
  private long count;

  /** The fields of one row. */
  interface Fields {
    /**
     * Returns the text in the column of a role, or null if the log has no such column.
     *
     * @throws LogFormatException if the column holds something other than text
     */
    @Nullable String text(Column column) throws LogFormatException;

    /** Returns the name of the column of a role in the log. */
    String name(Column column);
  }

  EventRows(String source, LogFormat format, EventLog.Builder log) {
    this.source = source;
    this.format = format;
    this.log = log;
    this.kept = log.kept();
    this.times = new TimeParser(format.notation());
  }

  /** Returns the layout of the rows. */
  LogFormat format() {
    return format;
  }

  /** Returns whether a log must have the column of a role. */
  boolean requires(Column column) {
    boolean mapped = !format.names(column).isEmpty() && !format.isOptional(column);
    return column == Column.ITEM || mapped || kept.has(column);
  }

  /** Returns whether some rows may be broken; a row is then one line. */
  boolean mayBeBroken() {
    return format.limits().mostBroken() > 0;
  }

  /** Adds the event of a row, or counts the reason to leave it out. */
  void add(long line, Fields row) throws LogFormatException {
    try {
      addChecked(line, row);
      count++;
    } catch (LogFormatException e) {
      broken(e);
    }
  }

  /** Counts a row that cannot be read, or throws its exception if no row may be broken. */
  void broken(LogFormatException row) throws LogFormatException {
    count++;
    log.broken(row, format.limits().mostBroken());
  }

  /** Rejects a log without any row. */
  void requireAny(boolean header) throws LogFormatException {
    if (count == 0) {
      throw LogFormatException.ofSource(
          source, header ? "a header only" : "an empty file", "at least one event");
    }
  }

  private void addChecked(long line, Fields row) throws LogFormatException {
    // Check every relevant field before the row may be dropped, so that a broken line is never
    // counted as a row that is left out for its values.
    String written = row.text(Column.TIME);
    long at = written == null ? 0 : time(line, row, written);
    String quantity = row.text(Column.QUANTITY);
    double number = quantity == null ? 1 : number(line, row, Column.QUANTITY, quantity);
    boolean needsValue = format.needsValue() || kept.has(Column.VALUE);
    String value = needsValue ? row.text(Column.VALUE) : null;
    double strength = value == null ? Double.NaN : value(line, row, value);
    String type = kept.has(Column.TYPE) ? strip(row.text(Column.TYPE)) : "";
    String session = row.text(Column.SESSION);
    String user = row.text(Column.USER);
    String who = strip(user == null ? session : user);
    String what = strip(row.text(Column.ITEM));
    if (who.isEmpty()) {
      log.drop(DropReason.NO_USER);
    } else if (what.isEmpty()) {
      log.drop(DropReason.NO_ITEM);
    } else if (number <= 0) {
      log.drop(DropReason.RETURN);
    } else if (strength < format.limits().minimumValue()) {
      log.drop(DropReason.LOW_VALUE);
    } else {
      String visit = session == null ? null : session.strip();
      log.add(who, visit, what, at, type, (float) strength);
    }
  }

  /** Reads a value, which may be absent where it is kept: the event then has none. */
  private double value(long line, Fields row, String field) throws LogFormatException {
    if (kept.has(Column.VALUE) && field.isBlank()) {
      return Double.NaN;
    }
    double value = number(line, row, Column.VALUE, field);
    if (kept.has(Column.VALUE) && !(kept.inRange(value) && Float.isFinite((float) value))) {
      throw LogFormatException.ofRow(
          source, line, row.name(Column.VALUE), LogFormatException.quote(field), kept.range());
    }
    return value;
  }

  private static String strip(@Nullable String field) {
    return field == null ? "" : field.strip();
  }

  private long time(long line, Fields row, String field) throws LogFormatException {
    Long millis = times.parse(field.strip());
    if (millis == null) {
      throw LogFormatException.ofRow(
          source, line, row.name(Column.TIME), LogFormatException.quote(field), times.expected());
    }
    return millis;
  }

  private double number(long line, Fields row, Column column, String field)
      throws LogFormatException {
    boolean comma = format.notation().decimalComma();
    try {
      double number = Double.parseDouble(comma ? withPoint(field) : field);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like NaN and infinity.
    }
    throw LogFormatException.ofRow(
        source,
        line,
        row.name(column),
        LogFormatException.quote(field),
        comma ? "a number with a decimal comma" : "a number");
  }

  /** Converts a number with a decimal comma to the notation of Java. */
  static String withPoint(String field) {
    if (field.indexOf('.') >= 0) {
      throw new NumberFormatException("a point in " + field);
    }
    return field.replace(',', '.');
  }
}
