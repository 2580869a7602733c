package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.staccato.load.latency.LatencySeries;
import org.staccato.load.openloop.Arrivals;
import org.staccato.load.plot.TimelinePlot;
import org.staccato.load.plot.TimelinePlot.Line;
import org.staccato.load.plot.TimelinePlot.Panel;
import org.staccato.load.plot.TimelinePlot.Unit;
import org.staccato.load.report.Machine;

/** Writes what came of a soak as a page with its plot and histogram. */
public final class SoakPage {
  private static final int PARTS = 10;

  private final SoakOutcome outcome;
  private final String model;
  private final String command;

  /**
   * Prepares a page.
   *
   * @param outcome what was measured
   * @param model what was served, in some words
   * @param command how to repeat it
   */
  public SoakPage(SoakOutcome outcome, String model, String command) {
    this.outcome = outcome;
    this.model = model;
    this.command = command;
  }

  /**
   * Writes {@code soak.md}, {@code soak.svg} and {@code soak.hgrm}.
   *
   * @param folder an existing folder
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder) throws IOException {
    outcome.latencies().writePercentiles(folder.resolve("soak.hgrm"));
    plot().write(folder.resolve("soak.svg"));
    Files.writeString(folder.resolve("soak.md"), text(), StandardCharsets.UTF_8);
  }

  /** Draws the samples. */
  TimelinePlot plot() {
    List<SoakSample> samples = outcome.samples();
    return new TimelinePlot(
        "Soak: swaps, faults and a growing user table",
        String.format(
            Locale.ROOT,
            "%s · %,.0f requests a second, a swap every %d ms",
            model,
            outcome.rate(),
            outcome.length().period().toMillis()),
        values(SoakSample::seconds),
        List.of(
            new Panel(
                "latency",
                Unit.NANOSECONDS,
                List.of(
                    new Line("max", values(sample -> sample.interval().max())),
                    new Line("p99", values(sample -> sample.interval().p99())),
                    new Line("p50", values(sample -> sample.interval().p50())))),
            new Panel(
                "requests a second", Unit.COUNT, List.of(new Line("served", throughput(samples)))),
            new Panel(
                "memory",
                Unit.BYTES,
                List.of(
                    new Line("resident", values(SoakSample::residentBytes)),
                    new Line("heap", values(SoakSample::heapBytes)),
                    new Line("weights", values(SoakSample::weightBytes)))),
            new Panel(
                "versions",
                Unit.COUNT,
                List.of(new Line("in memory", values(SoakSample::versions))))),
        List.of(new TimelinePlot.Marks("fault", true, outcome.faultSeconds())));
  }

  private double[] values(ToDoubleFunction<SoakSample> value) {
    return outcome.samples().stream().mapToDouble(value).toArray();
  }

  private static double[] throughput(List<SoakSample> samples) {
    double[] perSecond = new double[samples.size()];
    double before = 0;
    for (int i = 0; i < perSecond.length; i++) {
      SoakSample sample = samples.get(i);
      perSecond[i] = sample.interval().count() / Math.max(1e-3, sample.seconds() - before);
      before = sample.seconds();
    }
    return perSecond;
  }

  /** {@return the page} */
  String text() {
    StringBuilder page = new StringBuilder();
    LatencySeries latencies = outcome.latencies();
    add(
        page,
        """
        # Soak

        %s. %s. %s.

        %s min of requests, %s, %,.0f a second, on %d %s; a latency counts from the moment at which its request was meant to start. Warm-up: %s s, not
        counted. Meanwhile the followed file is replaced every %d ms, by the other version or by a fault, and each request also records its event
        in a table of users' events and states, to which new users come all the time.

        To repeat it:
        ```
        %s
        ```

        ![timeline](soak.svg)

        | µs | p50 | p99 | p99.9 | p99.99 | max | requests |
        |---|--:|--:|--:|--:|--:|--:|
        | soak | %.2f | %.2f | %.1f | %.1f | %,.0f | %,d |

        """,
        Machine.describe(),
        LocalDate.now(ZoneOffset.UTC),
        model,
        String.format(Locale.ROOT, "%.1f", outcome.length().duration().toMillis() / 60e3),
        outcome.load().arrivals() == Arrivals.POISSON
            ? "at random (Poisson)"
            : "at equal distances",
        outcome.rate(),
        outcome.load().threads(),
        outcome.load().threads() == 1 ? "thread" : "threads",
        outcome.load().warmUp().toMillis() / 1e3,
        outcome.length().period().toMillis(),
        command,
        latencies.nanosAt(50) / 1e3,
        latencies.nanosAt(99) / 1e3,
        latencies.nanosAt(99.9) / 1e3,
        latencies.nanosAt(99.99) / 1e3,
        latencies.maxNanos() / 1e3,
        latencies.count());
    appendParts(page);
    add(
        page,
        """

        | good files put in place | versions loaded | files rejected | errors | of the first version | of the second | of neither |
        |--:|--:|--:|--:|--:|--:|--:|
        | %,d | %,d | %,d | %,d | %,d | %,d | %,d |

        Faults: %s.

        | | versions | bytes of weights | mappings of the followed file | open files | threads |
        |---|--:|--:|--:|--:|--:|
        """,
        outcome.replacements(),
        outcome.gauges().loaded(),
        outcome.gauges().rejected(),
        outcome.errors(),
        outcome.answers().of(0),
        outcome.answers().of(1),
        outcome.answers().foreign(),
        outcome.faults().isEmpty()
            ? "none"
            : outcome.faults().entrySet().stream()
                .map(
                    fault ->
                        fault.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                            + " "
                            + fault.getValue())
                .collect(Collectors.joining(", ")));
    List<String> moments = List.of("before", "after", "closed");
    for (int i = 0; i < moments.size(); i++) {
      SwapOutcome.Held held = outcome.held().get(i);
      add(
          page,
          "| %s | %d | %,d | %d | %d | %d |%n",
          moments.get(i),
          held.service().versions(),
          held.service().bytes(),
          held.process().mappings(),
          held.process().openFiles(),
          held.process().threads());
    }
    outcome.firstError().ifPresent(error -> add(page, "%nThe first error: %s%n", error));
    return page.toString();
  }

  /** Medians of each tenth of the samples: what is flat has the same ones from the top down. */
  private void appendParts(StringBuilder page) {
    page.append(
        """
        Medians of the seconds of each tenth; the last line is the last tenth divided by the second, in which caches and tables are filled.

        | tenth | requests a second | p50 µs | p99 µs | max µs | resident MB | heap MB | versions | users |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|
        """);
    double[][] columns = {
      throughput(outcome.samples()),
      values(sample -> sample.interval().p50() / 1e3),
      values(sample -> sample.interval().p99() / 1e3),
      values(sample -> sample.interval().max() / 1e3),
      values(sample -> sample.residentBytes() / 1e6),
      values(sample -> sample.heapBytes() / 1e6),
      values(SoakSample::versions),
      values(SoakSample::users)
    };
    int parts = Math.min(PARTS, outcome.samples().size());
    for (int part = 0; part < parts; part++) {
      add(page, "| %d |", part + 1);
      for (double[] column : columns) {
        add(page, " %,.1f |", median(column, part, parts));
      }
      page.append('\n');
    }
    if (parts == PARTS) {
      page.append("| last / second |");
      for (double[] column : columns) {
        add(page, " %.2f |", median(column, parts - 1, parts) / median(column, 1, parts));
      }
      page.append('\n');
    }
  }

  private static double median(double[] values, int part, int parts) {
    int from = values.length * part / parts;
    int to = values.length * (part + 1) / parts;
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @SuppressWarnings("AnnotateFormatMethod") // An annotation of another library for one method.
  private static void add(StringBuilder page, String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values));
  }
}
