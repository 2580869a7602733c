package org.staccato.trainer.log;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a time as epoch milliseconds. */
final class TimeParser {
  static final String EXPECTED = "a time as epoch seconds, epoch milliseconds or ISO-8601";

  /** As seconds these numbers would lie after the year 5138, so they are milliseconds. */
  private static final long FIRST_MILLIS = 100_000_000_000L;

  private static final long LAST_MILLIS = FIRST_MILLIS * 1000;

  private final @Nullable DateTimeFormatter pattern;

  TimeParser(String pattern) {
    this.pattern = pattern.isEmpty() ? null : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  /** The time in milliseconds since 1970 UTC, or null if the text is not a time. */
  @Nullable Long parse(String text) {
    try {
      Long number = text.isEmpty() || text.length() > 40 ? null : parseNumber(text);
      return number != null ? number : parseDate(text);
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return null;
    }
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

  private @Nullable Long parseDate(String text) {
    if (pattern != null) {
      try {
        return LocalDateTime.parse(text, pattern).toInstant(ZoneOffset.UTC).toEpochMilli();
      } catch (DateTimeParseException e) {
        // The pattern is an alternative to ISO-8601, which comes next.
      }
    }
    String iso = text.length() > 10 && text.charAt(10) == ' ' ? text.replace(' ', 'T') : text;
    TemporalAccessor time =
        iso.length() == 10
            ? LocalDate.parse(iso).atStartOfDay()
            : DateTimeFormatter.ISO_DATE_TIME.parseBest(
                iso, OffsetDateTime::from, LocalDateTime::from);
    Instant instant =
        time instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : Instant.from(time);
    return instant.toEpochMilli();
  }
}
