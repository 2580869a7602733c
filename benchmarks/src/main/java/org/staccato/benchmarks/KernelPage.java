package org.staccato.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openjdk.jmh.util.Statistics;
import org.staccato.load.plot.BarPlot;
import org.staccato.load.plot.BarPlot.Bar;
import org.staccato.load.report.MarkdownPage;

/** Writes the page of all tables and draws their charts. */
final class KernelPage {
  /** The names of the series of peers. */
  private static final String PEERS = "(OnnxRuntime|Djl|ReadBandwidth).*";

  private final List<Series> series;

  /** Prepares the page of a run. */
  KernelPage(List<Series> series) {
    this.series = series;
  }

  /** A column, which is left out if all of its cells are empty. */
  private record Column(String heading, Function<Series, String> cell) {}

  /**
   * Writes the page.
   *
   * @param load the load of the machine before the run
   * @param rounds the number of JVMs for each benchmark
   * @param command the command that repeats the run
   */
  MarkdownPage page(double load, int rounds, String command) {
    MarkdownPage page =
        new MarkdownPage(
            "Kernels and peers",
            "./mvnw -Ppeers -DskipTests package -pl benchmarks -am\n" + command,
            """
            A load of %.2f before the run. One thread.

            Rounds in which the programs take turns, a fresh JVM each: %d; %d s of warm-up, then %d iterations of 1 s. A figure is the mean of
            one iteration; a table has the median of all iterations, the least and the greatest. p50 and p99 are those of sampled single
            calls, the reading of the clock included. Bytes per call are JMH's `-prof gc`. A ratio is one median divided by another.\
            """,
            load,
            rounds,
            Rounds.WARM_UPS,
            Rounds.MEASUREMENTS);
    for (Table table : Table.ALL) {
      List<List<Series>> groups = table.groups(series);
      if (!groups.isEmpty()) {
        page.paragraph("## %s", table.title()).picture("medians", table.chart());
        add(page, table, groups);
      }
    }
    return page;
  }

  /** Draws the medians of a table; the bars of peers are grey. */
  BarPlot chart(Table table) {
    return new BarPlot(
        table.title(),
        "median of a call, " + table.symbol() + ", logarithmic",
        table.symbol(),
        table.groups(series).stream()
            .map(group -> group.stream().map(row -> bar(table, row)).toList())
            .toList());
  }

  private static Bar bar(Table table, Series row) {
    return new Bar(
        row.name() + "  " + row.sizes(), table.inUnit(row.median()), row.name().matches(PEERS));
  }

  private static void add(MarkdownPage page, Table table, List<List<Series>> groups) {
    List<Series> rows = groups.stream().flatMap(List::stream).toList();
    List<Column> columns = new ArrayList<>(columns(table, groups));
    columns.removeIf(column -> rows.stream().allMatch(row -> column.cell().apply(row).isEmpty()));
    page.table(columns.stream().map(Column::heading).toArray(String[]::new));
    for (Series row : rows) {
      page.row(
          "%s",
          columns.stream()
              .map(column -> column.cell().apply(row))
              .collect(Collectors.joining(" | ")));
    }
  }

  private static List<Column> columns(Table table, List<List<Series>> groups) {
    Rate rate = table.rate();
    return List.of(
        new Column("benchmark", Series::name),
        new Column("sizes", Series::sizes),
        new Column("median " + table.symbol(), row -> digits(table.inUnit(row.median()))),
        new Column("least", row -> digits(table.inUnit(row.least()))),
        new Column("greatest", row -> digits(table.inUnit(row.greatest()))),
        new Column("p50", row -> percentile(table, row, 50)),
        new Column("p99", row -> percentile(table, row, 99)),
        new Column("bytes/call", row -> String.format(Locale.ROOT, "%.0f", row.allocated())),
        new Column("ratio to " + table.peer(), row -> ratio(table, row, groups)),
        rate == null
            ? new Column("", row -> "")
            : new Column(rate.heading(), row -> digits(rate.of(row))));
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
  private static String digits(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
