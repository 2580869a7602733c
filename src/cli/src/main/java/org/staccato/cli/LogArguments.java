package org.staccato.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.log.Column;
import org.staccato.trainer.log.LogFormat;
import picocli.CommandLine.Option;

/** The options that say how a log is laid out. What is not given stays as it is. */
final class LogArguments extends Arguments {
  @Option(
      names = "--format",
      order = 100,
      paramLabel = "PRESET",
      description =
          "How the log is laid out: delimited (a header with user, item, time; the default), gru4rec,"
              + " movielens, sequences, online-retail or recbole. Plain or gzip.")
  private @Nullable String format;

  @Option(
      names = "--columns",
      order = 101,
      split = ",",
      paramLabel = "ROLE=NAME",
      description =
          "Which column plays which role, over the preset's: user, session, item, time, quantity,"
              + " value; e.g. user=visitor,item=sku,time=at. An empty name takes the role away.")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(
      names = "--delimiter",
      order = 102,
      paramLabel = "TEXT",
      description = "What separates the fields; recognised from the first line if not given.")
  private @Nullable String delimiter;

  @Option(
      names = "--time-pattern",
      order = 103,
      paramLabel = "PATTERN",
      description =
          "How times are written (UTC) if neither as numbers nor ISO-8601: d/M/yyyy H:mm.")
  private @Nullable String timePattern;

  @Option(
      names = "--minimum-value",
      order = 104,
      paramLabel = "X",
      description = "Leave out rows with a lower value, such as ratings below 4.")
  private @Nullable Double minimumValue;

  /** {@return the layout that results from a given one and what was said on the command line} */
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

  private Column column(String role) {
    for (Column column : Column.values()) {
      if (column.name().toLowerCase(Locale.ROOT).equals(role.toLowerCase(Locale.ROOT))) {
        return column;
      }
    }
    throw wrongUsage(
        "--columns: found the role '"
            + role
            + "', expected user, session, item, time, quantity or value");
  }
}
