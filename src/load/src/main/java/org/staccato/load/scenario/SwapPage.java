package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.openloop.Arrivals;
import org.staccato.load.openloop.Interval;
import org.staccato.load.plot.PercentilePlot;
import org.staccato.load.plot.TimelinePlot;
import org.staccato.load.report.Machine;
import org.staccato.load.scenario.SwapOutcome.Held;
import org.staccato.load.scenario.SwapOutcome.OfService;
import org.staccato.load.scenario.SwapOutcome.Segment;

/** Writes what came of a load with and without swaps as a page with its plots and histograms. */
public final class SwapPage {
  private static final double TIMELINE_SECONDS = 2;
  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

  private final SwapOutcome outcome;
  private final String model;
  private final String command;

  /**
   * Prepares a page.
   *
   * @param outcome what was measured
   * @param model what was served, in some words
   * @param command how to repeat it
   */
  public SwapPage(SwapOutcome outcome, String model, String command) {
    this.outcome = outcome;
    this.model = model;
    this.command = command;
  }

  private String word() {
    return outcome.length().swaps() == 0 ? "steady" : "swap";
  }

  /**
   * Writes {@code swap.md}, or {@code steady.md} if there were no swaps, and beside it the
   * percentile curve, for each service a timeline, and for each series an {@code .hgrm} file.
   *
   * @param folder an existing folder
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder) throws IOException {
    List<LatencySeries> series = new ArrayList<>();
    for (OfService service : outcome.services()) {
      String prefix = service.filePrefix();
      service.steady().writePercentiles(folder.resolve(prefix + "steady.hgrm"));
      series.add(service.steady());
      if (service.swaps() > 0) {
        service.swap().writePercentiles(folder.resolve(prefix + "swap.hgrm"));
        series.add(service.swap());
        timeline(service).write(folder.resolve(prefix + "swap-timeline.svg"));
      }
    }
    String subtitle =
        String.format(
            Locale.ROOT,
            "%s · %,.0f requests a second, %s",
            model,
            outcome.rate(),
            outcome.load().arrivals().name().toLowerCase(Locale.ROOT));
    new PercentilePlot("Latency under load, from the intended start", subtitle, series)
        .write(folder.resolve(word() + ".svg"));
    Files.writeString(folder.resolve(word() + ".md"), text(), StandardCharsets.UTF_8);
  }

  /** Draws the end of the first steady segment and the beginning of the first one with swaps. */
  static TimelinePlot timeline(OfService service) {
    Segment steady = service.first().getFirst();
    Segment swap = service.first().getLast();
    long middle = swap.beginNanos();
    List<Interval> steadyIntervals = steady.intervals();
    long steadyEnd = steadyIntervals.isEmpty() ? middle : steadyIntervals.getLast().endNanos();
    List<Interval> shown = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (Interval each : steadyIntervals) {
      // The pause between the segments is left out.
      double at = TIMELINE_SECONDS + (each.endNanos() - steadyEnd) / 1e9;
      if (at >= 0) {
        shown.add(each);
        times.add(at);
      }
    }
    double boundary = times.isEmpty() ? 0 : TIMELINE_SECONDS;
    for (Interval each : swap.intervals()) {
      double after = (each.endNanos() - middle) / 1e9;
      if (after <= TIMELINE_SECONDS) {
        shown.add(each);
        times.add(boundary + after);
      }
    }
    double[] swaps =
        swap.swapNanos().stream()
            .mapToDouble(at -> boundary + (at - middle) / 1e9)
            .filter(at -> at <= boundary + TIMELINE_SECONDS)
            .toArray();
    return new TimelinePlot(
        service.name() + ": steady, then a swap at each mark",
        "latency from the intended start, in intervals of a fifth of the period",
        times.stream().mapToDouble(Double::doubleValue).toArray(),
        List.of(
            new TimelinePlot.Panel(
                "latency",
                TimelinePlot.Unit.NANOSECONDS,
                List.of(
                    new TimelinePlot.Line(
                        "max", shown.stream().mapToDouble(Interval::max).toArray()),
                    new TimelinePlot.Line(
                        "p99", shown.stream().mapToDouble(Interval::p99).toArray()),
                    new TimelinePlot.Line(
                        "p50", shown.stream().mapToDouble(Interval::p50).toArray())))),
        List.of(new TimelinePlot.Marks("swap", false, swaps)));
  }

  /** {@return the page} */
  String text() {
    StringBuilder page = new StringBuilder();
    boolean swaps = outcome.length().swaps() > 0;
    add(
        page,
        """
        # %s

        %s. %s. %s.

        Requests arrive %s, %,.0f a second, to %d %s%s, whatever has become of the ones before; a latency counts from the moment at which its
        request was meant to start. Warm-up: %s s of each kind, not counted.%s

        To repeat it:
        ```
        %s
        ```

        ![percentiles](%s.svg)

        """,
        swaps ? "Swapping the model under load" : "A steady load",
        Machine.describe(),
        LocalDate.now(ZoneOffset.UTC),
        model,
        outcome.load().arrivals() == Arrivals.POISSON
            ? "at random (Poisson)"
            : "at equal distances",
        outcome.rate(),
        outcome.load().threads(),
        outcome.load().threads() == 1 ? "thread" : "threads",
        outcome.load().firstCore() < 0
            ? ""
            : " bound to cores from " + outcome.load().firstCore() + " on",
        outcome.load().warmUp().toMillis() / 1e3,
        swaps
            ? String.format(
                Locale.ROOT,
                "%nSegments without and with swaps, one every %d ms, take turns in one JVM, %d of each;"
                    + " the former are a quarter as long.",
                outcome.length().period().toMillis(),
                outcome.rounds())
            : "",
        command,
        word());
    appendLatencies(page);
    if (swaps) {
      for (OfService service : outcome.services()) {
        add(
            page,
            "%n![timeline of %s](%sswap-timeline.svg)%n",
            service.name(),
            service.filePrefix());
      }
    }
    appendAnswers(page);
    appendHeld(page);
    return page.toString();
  }

  private void appendLatencies(StringBuilder page) {
    page.append("| µs | p50 | p90 | p99 | p99.9 | p99.99 | max | requests |\n");
    page.append("|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for (OfService service : outcome.services()) {
      appendRow(page, service.steady());
      if (service.swaps() > 0) {
        appendRow(page, service.swap());
        page.append("| ratio |");
        for (double percentile : PERCENTILES) {
          add(page, " %.2f |", service.ratio(percentile));
        }
        add(page, " %.2f | |%n", service.ratio(100));
      }
    }
  }

  private static void appendRow(StringBuilder page, LatencySeries series) {
    add(page, "| %s |", series.name());
    for (double percentile : PERCENTILES) {
      add(page, " %s |", micros(series.nanosAt(percentile)));
    }
    add(page, " %s | %,d |%n", micros(series.maxNanos()), series.count());
  }

  private void appendAnswers(StringBuilder page) {
    page.append(
        """

        Every answer is compared, bit for bit, with what the version that was acquired for it answered before the load; the warm-up is included.

        | | swaps | errors | of the first version | of the second | of neither | publishing p50 ms | p99 ms | max ms |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|
        """);
    for (OfService service : outcome.services()) {
      add(
          page,
          "| %s | %,d | %,d | %,d | %,d | %,d | %s | %s | %s |%n",
          service.name(),
          service.swaps(),
          service.errors(),
          service.answers().of(0),
          service.answers().of(1),
          service.answers().foreign(),
          millis(service.publishing().nanosAt(50)),
          millis(service.publishing().nanosAt(99)),
          millis(service.publishing().maxNanos()));
      service
          .firstError()
          .ifPresent(error -> add(page, "%nThe first error of %s: %s%n", service.name(), error));
    }
  }

  private void appendHeld(StringBuilder page) {
    page.append(
        """

        What is held; resident memory is that of the whole process.

        | | versions | bytes of weights | mappings of weight files | open files | threads | resident MB |
        |---|--:|--:|--:|--:|--:|--:|
        """);
    List<String> moments = List.of("before", "after", "closed");
    for (OfService service : outcome.services()) {
      for (int i = 0; i < moments.size(); i++) {
        Held held = service.held().get(i);
        add(
            page,
            "| %s, %s | %d | %s | %d | %d | %d | %.1f |%n",
            service.name(),
            moments.get(i),
            held.service().versions(),
            held.service().bytes() < 0
                ? "unknown"
                : String.format(Locale.ROOT, "%,d", held.service().bytes()),
            held.process().mappings(),
            held.process().openFiles(),
            held.process().threads(),
            held.process().residentBytes() / 1e6);
      }
    }
  }

  private static String micros(long nanos) {
    return String.format(Locale.ROOT, nanos < 100_000 ? "%.2f" : "%,.0f", nanos / 1e3);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
  }

  @SuppressWarnings("AnnotateFormatMethod") // An annotation of another library for one method.
  private static void add(StringBuilder page, String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values));
  }
}
