package org.staccato.trainer.log;

import java.math.BigDecimal;
import java.text.ParsePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a time as epoch milliseconds. */
final class TimeParser {
  /** Numbers from here are milliseconds: as seconds they would be times after the year 5138. */
  private static final long FIRST_MILLIS = 100_000_000_000L;

  private static final long LAST_MILLIS = FIRST_MILLIS * 1000;

  private static final OffsetDateTime SAMPLE =
      OffsetDateTime.of(2026, 12, 31, 15, 4, 5, 0, ZoneOffset.UTC);

  private final LogFormat.Notation notation;
  private final @Nullable DateTimeFormatter pattern;

  TimeParser(LogFormat.Notation notation) {
    this.notation = notation;
    String letters = notation.timePattern();
    this.pattern = letters.isEmpty() ? null : DateTimeFormatter.ofPattern(letters, Locale.ROOT);
  }

  /**
   * Returns whether letters are empty, or a pattern that loses no part of a time that is written
   * and read again.
   */
  static boolean isPattern(String letters) {
    try {
      DateTimeFormatter pattern = DateTimeFormatter.ofPattern(letters, Locale.ROOT);
      String written = pattern.format(SAMPLE);
      return letters.isEmpty()
          || written.equals(pattern.format(instant(written, pattern).atOffset(ZoneOffset.UTC)));
    } catch (IllegalArgumentException | DateTimeException e) {
      return false;
    }
  }

  /** Describes the expected times for messages. */
  String expected() {
    String written = notation.timePattern();
    return "a time as epoch seconds, epoch milliseconds"
        + (written.isEmpty() ? " or ISO-8601" : ", ISO-8601 or " + written);
  }

  /** Returns the time in milliseconds since 1970 UTC, or null if the text is not a time. */
  @Nullable Long parse(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      // Try the pattern first: the digits of a pattern such as yyyyMMdd look like a number.
      if (pattern != null && fits(text, pattern)) {
        return instant(text, pattern).toEpochMilli();
      }
      Long number = text.length() > 40 ? null : parseNumber(point(text));
      return number != null ? number : parseIso(text);
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  /** Returns whether a text has the form of a pattern, without throwing an exception. */
  private static boolean fits(String text, DateTimeFormatter pattern) {
    ParsePosition end = new ParsePosition(0);
    return pattern.parseUnresolved(text, end) != null && end.getIndex() == text.length();
  }

  /** Parses a time that may be a number, with a decimal point. */
  private String point(String text) {
    return notation.decimalComma() && text.indexOf(',') >= 0 ? EventRows.withPoint(text) : text;
  }

  private static @Nullable Long parseNumber(String text) {
    if (KeyIndex.isCanonicalLong(text)) {
      return toMillis(Long.parseLong(text), 0);
    }
    if (text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
      return null; // A date, or not a time at all.
    }
    try {
      BigDecimal value = new BigDecimal(text);
      if (value.abs().compareTo(BigDecimal.valueOf(LAST_MILLIS)) >= 0) {
        return null;
      }
      long whole = value.longValue();
      long thousandths = value.movePointRight(3).longValue() - whole * 1000;
      return toMillis(whole, thousandths);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Long toMillis(long whole, long thousandths) {
    long magnitude = Math.abs(whole);
    if (magnitude >= LAST_MILLIS || magnitude < 0) { // The least long has no magnitude.
      return null;
    }
    return magnitude >= FIRST_MILLIS ? whole : whole * 1000 + thousandths;
  }

  private static Long parseIso(String text) {
    String iso = text.length() > 10 && text.charAt(10) == ' ' ? text.replace(' ', 'T') : text;
    boolean onlyDate = iso.length() == 10;
    return instant(
            iso, onlyDate ? DateTimeFormatter.ISO_LOCAL_DATE : DateTimeFormatter.ISO_DATE_TIME)
        .toEpochMilli();
  }

  /**
   * Returns the instant that a text names; a text without a time names the begin of a day, and one
   * without a zone is in UTC.
   */
  private static Instant instant(String text, DateTimeFormatter formatter) {
    TemporalAccessor time =
        formatter.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    return switch (time) {
      case LocalDate date -> date.atStartOfDay().toInstant(ZoneOffset.UTC);
      case LocalDateTime local -> local.toInstant(ZoneOffset.UTC);
      default -> Instant.from(time);
    };
  }
}
