package org.staccato.cli;

import java.util.Locale;

/** Formats figures with their units for people. */
final class Figures {
  private Figures() {}

  /** {@return a number of things, its thousands grouped} */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@return a ranking metric, to four decimals} */
  static String metric(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** {@return a part of a whole in per cent, or an empty text if the whole is 0} */
  static String share(long part, long whole) {
    return whole == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  /** {@return a size in bytes, kB, MB or GB of powers of ten} */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }

  /** {@return a latency in microseconds, to the nanosecond} */
  static String micros(long nanos) {
    return String.format(Locale.ROOT, nanos < 100_000 ? "%.3f" : "%.1f", nanos / 1e3);
  }

  /** {@return a duration in seconds, minutes or hours, whichever suits its length} */
  static String seconds(double seconds) {
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
