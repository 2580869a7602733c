package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.staccato.load.latency.Interval;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.plot.PercentilePlot;
import org.staccato.load.plot.TimelinePlot;
import org.staccato.load.plot.TimelinePlot.Marks;
import org.staccato.load.plot.TimelinePlot.Panel;
import org.staccato.load.report.MarkdownPage;
import org.staccato.load.scenario.SwapOutcome.OfService;
import org.staccato.load.scenario.SwapOutcome.Segment;

/**
 * Writes the measurements of a load with and without swaps as a page with its plots and histograms.
 */
public final class SwapPage {
  private static final double TIMELINE_SECONDS = 2;

  private final SwapOutcome outcome;
  private final ScenarioPage frame;
  private final boolean swaps;

  /**
   * Prepares a page.
   *
   * @param outcome the measurements
   * @param model a description of the model
   * @param command the command that repeats the measurement
   */
  public SwapPage(SwapOutcome outcome, String model, String command) {
    this.outcome = outcome;
    frame = new ScenarioPage(model, command);
    swaps = outcome.length().swaps() > 0;
  }

  private String word() {
    return swaps ? "swap" : "steady";
  }

  /**
   * Writes {@code swap.md}, or {@code steady.md} if there were no swaps, and beside it the
   * percentile curve, a timeline of each service, and an {@code .hgrm} file of each series.
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
      if (swaps) {
        service.swap().writePercentiles(folder.resolve(prefix + "swap.hgrm"));
        series.add(service.swap());
        timeline(service).write(folder.resolve(timelineFile(service)));
      }
    }
    String subtitle =
        String.format(
            Locale.ROOT,
            "%s · %,.0f requests a second, %s",
            frame.model(),
            outcome.rate(),
            outcome.load().arrivals().name().toLowerCase(Locale.ROOT));
    new PercentilePlot("Latency under load, from the intended start", subtitle, series)
        .write(folder.resolve(word() + ".svg"));
    page().write(folder.resolve(word() + ".md"));
  }

  private static String timelineFile(OfService service) {
    return service.filePrefix() + "swap-timeline.svg";
  }

  /** Draws the end of the first steady segment and the beginning of the first one with swaps. */
  private static TimelinePlot timeline(OfService service) {
    Segment steady = service.first().getFirst();
    Segment swap = service.first().getLast();
    long middle = swap.beginNanos();
    List<Interval> steadyIntervals = steady.intervals();
    long steadyEnd = steadyIntervals.isEmpty() ? middle : steadyIntervals.getLast().endNanos();
    List<Interval> shown = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (Interval each : steadyIntervals) {
      // Leave out the pause between the segments.
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
        List.of(Panel.latencies(shown)),
        List.of(new Marks("swap", false, swaps)));
  }

  private MarkdownPage page() {
    String scenario =
        String.format(
            Locale.ROOT,
            """
            Segments without and with swaps, one every %d ms, take turns in one JVM, %d of each; the former are a quarter as long.\
            """,
            outcome.length().period().toMillis(),
            outcome.rounds());
    MarkdownPage page =
        frame.begin(
            swaps ? "Swapping the model under load" : "A steady load",
            outcome.load(),
            outcome.rate(),
            swaps ? scenario : "");
    page.picture("percentiles", word() + ".svg").latencyTable();
    for (OfService service : outcome.services()) {
      page.latencies(service.steady());
      if (swaps) {
        page.latencies(service.swap()).ratios(service.swap(), service.steady());
      }
    }
    if (swaps) {
      addSwaps(page);
    }
    Map<String, ServiceOutcome> services = new LinkedHashMap<>();
    outcome.services().forEach(each -> services.put(each.name(), each.service()));
    ScenarioPage.add(page, services);
    return page;
  }

  private void addSwaps(MarkdownPage page) {
    for (OfService service : outcome.services()) {
      page.picture("timeline of " + service.name(), timelineFile(service));
    }
    page.table("", "swaps", "publishing p50 ms", "p99 ms", "max ms");
    for (OfService service : outcome.services()) {
      LatencySeries publishing = service.publishing();
      page.row(
          "%s | %,d | %.2f | %.2f | %.2f",
          service.name(),
          service.swaps(),
          publishing.nanosAt(50) / 1e6,
          publishing.nanosAt(99) / 1e6,
          publishing.maxNanos() / 1e6);
    }
  }
}
