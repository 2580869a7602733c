package org.staccato.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.log.Column;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogSource;
import picocli.CommandLine.Option;

/** The options of the layout of a log. An absent option changes nothing. */
final class LogArguments extends Arguments {
  /** Standard input, written - on a command line; it can be read once. */
  static final LogSource STANDARD_INPUT = LogSource.of("standard input", () -> System.in);

  @Option(
      names = "--format",
      order = 100,
      paramLabel = "PRESET",
      description =
          "The layout of the log: delimited (a header with user, item, time), gru4rec, movielens,"
              + " sequences, online-retail or recbole. Plain or gzip (default: delimited).")
  private @Nullable String format;

  @Option(
      names = "--columns",
      order = 101,
      split = ",",
      paramLabel = "ROLE=NAME",
      description =
          "The columns of roles, in place of the preset's: user, session, item, time, quantity,"
              + " value, type; e.g. user=visitor,item=sku,time=at. An empty name removes the role"
              + " (default:"
              + " the preset's).")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(
      names = "--delimiter",
      order = 102,
      paramLabel = "TEXT",
      description = "The separator of fields (default: recognised from the first line).")
  private @Nullable String delimiter;

  @Option(
      names = "--time-pattern",
      order = 103,
      paramLabel = "PATTERN",
      description =
          "The pattern of times, e.g. d/M/yyyy H:mm (UTC); times that do not fit may be numbers or"
              + " ISO-8601 (default: M/d/yyyy H:mm for online-retail, none for all others).")
  private @Nullable String timePattern;

  @Option(
      names = "--minimum-value",
      order = 104,
      paramLabel = "X",
      description = "Leave out rows with a lower value, such as ratings below 4 (default: none).")
  private @Nullable Double minimumValue;

  @Option(
      names = "--decimal-comma",
      order = 105,
      negatable = true,
      description = "Numbers are written with a decimal comma, as in 4,5 (default: with a point).")
  private @Nullable Boolean decimalComma;

  @Option(
      names = "--skip-broken",
      order = 106,
      paramLabel = "N%",
      description =
          "Leave out rows that cannot be read, up to this share of all rows, and report the first"
              + " ten. A row is then one line (default: 0%%, the first such row ends the run).")
  private @Nullable String mostBroken;

  /** {@return a layout, changed by the options of the command line} */
  LogFormat over(LogFormat given) {
    try {
      LogFormat result = format == null ? given : LogFormat.preset(format);
      if (delimiter != null) {
        result = result.withDelimiter(delimiter.replace("\\t", "\t"));
      }
      if (timePattern != null) {
        result = result.withTimePattern(timePattern);
      }
      if (minimumValue != null) {
        result = result.withMinimumValue(minimumValue);
      }
      if (decimalComma != null) {
        result = result.withDecimalComma(decimalComma);
      }
      if (mostBroken != null) {
        result = result.withMostBroken(share(mostBroken));
      }
      for (Map.Entry<String, String> each : columns.entrySet()) {
        Column column = column(each.getKey());
        result =
            each.getValue().isEmpty()
                ? result.withoutColumn(column)
                : result.withColumn(column, each.getValue());
      }
      return result;
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage(Failure.oneSentence(mistake.getMessage()));
    }
  }

  private double share(String text) {
    try {
      double percent = Double.parseDouble(text.replace("%", ""));
      if (percent >= 0 && percent <= 100) {
        return percent / 100;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a share that is out of range.
    }
    throw wrongUsage("--skip-broken: found '" + text + "', expected a share from 0% to 100%");
  }

  /** {@return the source that an argument names: a file, or standard input for -} */
  static LogSource source(String word) {
    return word.equals("-") ? STANDARD_INPUT : LogSource.of(Path.of(word));
  }

  private Column column(String role) {
    for (Column column : Column.values()) {
      if (column.name().toLowerCase(Locale.ROOT).equals(role.toLowerCase(Locale.ROOT))) {
        return column;
      }
    }
    throw wrongUsage(
        "--columns: found the role '"
            + role
            + "', expected user, session, item, time, quantity, value or type");
  }
}
