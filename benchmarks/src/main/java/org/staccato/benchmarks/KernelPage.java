package org.staccato.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.openjdk.jmh.util.Statistics;

/** The text of the result page. */
final class MarkdownPage {
  private MarkdownPage() {}

  /** A column, which is left out where none of its cells has a text. */
  private record Column(String heading, String alignment, Function<Series, String> cell) {}

  /**
   * Writes the page.
   *
   * @param machine where the run was
   * @param date when it was
   * @param rounds how often each benchmark got a JVM
   * @param command how to repeat it
   * @param series the results
   */
  static String text(String machine, String date, int rounds, String command, List<Series> series) {
    StringBuilder page = new StringBuilder();
    page.append(
        String.format(
            Locale.ROOT,
            """
            # Kernels and peers

            %s. %s. One thread.

            Rounds in which the programs take turns, a fresh JVM each: %d; %d s of warm-up, then %d iterations of 1 s. A figure is the mean of
            one iteration; a table has the median of all iterations, the least and the greatest. p50 and p99 are those of sampled single
            calls, the reading of the clock included. Bytes per call are JMH's `-prof gc`. A ratio is one median divided by another.

            To repeat it:
            ```
            ./mvnw -Ppeers -DskipTests package -pl benchmarks -am
            %s
            ```
            """,
            machine,
            date,
            rounds,
            Rounds.WARM_UPS,
            Rounds.MEASUREMENTS,
            command));
    for (Table table : Table.ALL) {
      List<List<Series>> groups = table.groups(series);
      if (!groups.isEmpty()) {
        page.append(
            String.format(
                Locale.ROOT, "%n## %s%n%n![medians](%s)%n%n", table.title(), table.chart()));
        append(table, groups, page);
      }
    }
    return page.toString();
  }

  private static void append(Table table, List<List<Series>> groups, StringBuilder page) {
    List<Series> rows = groups.stream().flatMap(List::stream).toList();
    List<Column> columns = new ArrayList<>(columns(table, groups));
    columns.removeIf(column -> rows.stream().allMatch(row -> column.cell().apply(row).isEmpty()));
    appendLine(page, columns.stream().map(Column::heading).toList());
    appendLine(page, columns.stream().map(Column::alignment).toList());
    for (Series row : rows) {
      appendLine(page, columns.stream().map(column -> column.cell().apply(row)).toList());
    }
  }

  private static void appendLine(StringBuilder page, List<String> cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static List<Column> columns(Table table, List<List<Series>> groups) {
    Rate rate = table.rate();
    return List.of(
        new Column("benchmark", "---", Series::name),
        new Column("sizes", "---", Series::sizes),
        number("median " + table.symbol(), row -> digits(table.inUnit(row.median()))),
        number("least", row -> digits(table.inUnit(row.least()))),
        number("greatest", row -> digits(table.inUnit(row.greatest()))),
        number("p50", row -> percentile(table, row, 50)),
        number("p99", row -> percentile(table, row, 99)),
        number("bytes/call", row -> String.format(Locale.ROOT, "%.0f", row.allocated())),
        number("ratio to " + table.peer(), row -> ratio(table, row, groups)),
        rate == null ? number("", row -> "") : number(rate.heading(), row -> digits(rate.of(row))));
  }

  private static Column number(String heading, Function<Series, String> cell) {
    return new Column(heading, "--:", cell);
  }

  private static String percentile(Table table, Series row, double percent) {
    Statistics calls = row.calls();
    return calls == null ? "" : digits(table.inUnit(calls.getPercentile(percent)));
  }

  private static String ratio(Table table, Series row, List<List<Series>> groups) {
    return groups.stream()
        .filter(group -> group.contains(row))
        .flatMap(group -> table.peerOf(row, group).stream())
        .map(peer -> String.format(Locale.ROOT, "%.3f", row.median() / peer.median()))
        .findFirst()
        .orElse("");
  }

  /** Formats a figure to about three significant digits. */
  static String digits(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
