package org.staccato.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Draws latencies over percentiles as a self-contained SVG: the percentile axis is logarithmic in
 * the distance to 100 %, so that each further nine takes the same room; the latency axis is
 * logarithmic too, since a pause is thousands of times longer than a median. Legible on light and
 * on dark pages.
 */
public final class PercentilePlot {
  private static final int WIDTH = 880;
  private static final int HEIGHT = 460;
  private static final int LEFT = 84;
  private static final int RIGHT = 196;
  private static final int TOP = 64;
  private static final int BOTTOM = 62;
  private static final int POINTS_PER_NINE = 24;
  private static final int MINIMUM_LABEL_GAP = 34;
  private static final String[] NINES = {
    "0", "90", "99", "99.9", "99.99", "99.999", "99.9999", "99.99999"
  };

  private static final String STYLE =
      """
      <style>
        svg { color-scheme: light dark; font: 13px system-ui, "DejaVu Sans", sans-serif; }
        .page { fill: #ffffff; } .ink { fill: #1c2430; } .soft { fill: #5b6675; }
        .grid { stroke: #d9dee5; stroke-width: 1; } .axis { stroke: #8a94a3; stroke-width: 1; }
        .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
        .title { font-size: 17px; font-weight: 600; }
        .s0 { stroke: #0068b5; } .s1 { stroke: #c2410c; } .s2 { stroke: #0f7b4f; }
        .s3 { stroke: #8b3fa8; }
        .t0 { fill: #0068b5; } .t1 { fill: #c2410c; } .t2 { fill: #0f7b4f; } .t3 { fill: #8b3fa8; }
        @media (prefers-color-scheme: dark) {
          .page { fill: #12161c; } .ink { fill: #e8ecf1; } .soft { fill: #9aa6b5; }
          .grid { stroke: #2a323d; } .axis { stroke: #667180; }
          .s0 { stroke: #5eb1ff; } .s1 { stroke: #ff9457; } .s2 { stroke: #4fd39a; }
          .s3 { stroke: #d394ee; }
          .t0 { fill: #5eb1ff; } .t1 { fill: #ff9457; } .t2 { fill: #4fd39a; }
          .t3 { fill: #d394ee; }
        }
      </style>
      """;

  private final String title;
  private final String subtitle;
  private final List<LatencySeries> series;
  private final double lowestNanos;
  private final double highestNanos;
  private final int nines;

  /**
   * Prepares a plot.
   *
   * @param title the heading
   * @param subtitle one line below it, such as what was measured on what
   * @param series one to four series, drawn in this order
   * @throws IllegalArgumentException if there are none or more than four
   */
  public PercentilePlot(String title, String subtitle, List<LatencySeries> series) {
    if (series.isEmpty() || series.size() > 4) {
      throw new IllegalArgumentException("series: found " + series.size() + ", expected 1 to 4");
    }
    this.title = title;
    this.subtitle = subtitle;
    this.series = List.copyOf(series);
    double lowest = Double.MAX_VALUE;
    double highest = 1;
    long count = 1;
    for (LatencySeries each : series) {
      lowest = Math.min(lowest, (double) Math.max(1, each.nanosAt(0)));
      highest = Math.max(highest, (double) each.maxNanos());
      count = Math.max(count, each.count());
    }
    lowestNanos = stepBelow(lowest);
    highestNanos = Math.max(stepAbove(highest), 10 * lowestNanos);
    nines = Math.clamp((int) Math.ceil(Math.log10((double) count)), 2, NINES.length - 1);
  }

  /**
   * Writes the plot.
   *
   * @param path the SVG file to write; an existing one is replaced
   * @throws IOException if it cannot be written
   */
  public void write(Path path) throws IOException {
    Files.writeString(path, svg(), StandardCharsets.UTF_8);
  }

  /** {@return the plot as an SVG document} */
  public String svg() {
    StringBuilder svg = new StringBuilder(16 * 1024);
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" role=\"img\" aria-label=\"%s\">\n",
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        escape(title));
    svg.append(STYLE);
    add(svg, "<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n", WIDTH, HEIGHT);
    text(svg, "ink title", LEFT, 28, "start", title);
    text(svg, "soft", LEFT, 48, "start", subtitle);
    drawLatencyAxis(svg);
    drawPercentileAxis(svg);
    for (int i = 0; i < series.size(); i++) {
      drawSeries(svg, i);
    }
    drawLabels(svg);
    return svg.append("</svg>\n").toString();
  }

  private void drawLatencyAxis(StringBuilder svg) {
    for (double nanos = lowestNanos;
        nanos <= highestNanos * 1.001;
        nanos = stepAbove(nanos * 1.01)) {
      double y = y(nanos);
      add(
          svg,
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
          LEFT,
          WIDTH - RIGHT,
          y,
          y);
      if (Math.log10(highestNanos / lowestNanos) < 3 || isPowerOfTen(nanos)) {
        text(svg, "soft", LEFT - 8, y + 4.5, "end", duration(nanos));
      }
    }
    double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
    add(
        svg,
        "<text class=\"ink\" text-anchor=\"middle\" transform=\"translate(18 %.1f) rotate(-90)\">"
            + "latency of one call</text>\n",
        middle);
  }

  private void drawPercentileAxis(StringBuilder svg) {
    for (int nine = 0; nine <= nines; nine++) {
      double x = x(nine);
      add(
          svg,
          "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n",
          nine == 0 ? "axis" : "grid",
          x,
          x,
          TOP,
          HEIGHT - BOTTOM);
      text(svg, "soft", x, HEIGHT - BOTTOM + 20, "middle", NINES[nine]);
    }
    add(
        svg,
        "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
        LEFT,
        WIDTH - RIGHT,
        HEIGHT - BOTTOM,
        HEIGHT - BOTTOM);
    text(
        svg,
        "ink",
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 16,
        "middle",
        "percentile of calls (%, logarithmic in the distance to 100)");
  }

  private void drawSeries(StringBuilder svg, int index) {
    LatencySeries each = series.get(index);
    // Beyond 1 - 1/count there is only the longest call.
    double last = Math.min(nines, Math.log10((double) Math.max(10, each.count())));
    add(svg, "<polyline class=\"line s%d\" points=\"", index);
    int points = (int) Math.ceil(last * POINTS_PER_NINE);
    for (int i = 0; i <= points; i++) {
      double distance = Math.min(last, (double) i / POINTS_PER_NINE);
      double percentile = 100 * (1 - Math.pow(10, -distance));
      double nanos = (double) (i == points ? each.maxNanos() : each.nanosAt(percentile));
      add(svg, "%.1f,%.1f ", x(distance), y(Math.max(lowestNanos, nanos)));
    }
    svg.append("\"/>\n");
  }

  /** Names each line at its right end, moved apart where ends lie close together. */
  private void drawLabels(StringBuilder svg) {
    List<Integer> fromTheTop =
        IntStream.range(0, series.size())
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> series.get(i).maxNanos()).reversed())
            .toList();
    double next = TOP + 6;
    for (int rank = 0; rank < fromTheTop.size(); rank++) {
      int index = fromTheTop.get(rank);
      int below = fromTheTop.size() - 1 - rank;
      double lowest = HEIGHT - BOTTOM - 14 - (double) below * MINIMUM_LABEL_GAP;
      double y = Math.min(lowest, Math.max(next, y((double) series.get(index).maxNanos())));
      LatencySeries each = series.get(index);
      int x = WIDTH - RIGHT + 12;
      text(svg, "t" + index, x, y, "start", each.name());
      String median =
          "p50 "
              + duration((double) each.nanosAt(50))
              + " · p99 "
              + duration((double) each.nanosAt(99));
      text(svg, "soft", x, y + 15, "start", median);
      next = y + MINIMUM_LABEL_GAP;
    }
  }

  private double x(double nine) {
    return LEFT + nine / nines * (WIDTH - LEFT - RIGHT);
  }

  private double y(double nanos) {
    double share = Math.log(nanos / lowestNanos) / Math.log(highestNanos / lowestNanos);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  /** The largest of 1, 2, 5, 10, 20, 50, … that is not above the value. */
  private static double stepBelow(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double lead = value / power;
    return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
  }

  /** The smallest of 1, 2, 5, 10, 20, 50, … that is not below the value. */
  private static double stepAbove(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double lead = value / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  private static boolean isPowerOfTen(double value) {
    double exponent = Math.log10(value);
    return Math.abs(exponent - Math.rint(exponent)) < 1e-6;
  }

  private static String duration(double nanos) {
    if (nanos < 1e3) {
      return number(nanos) + " ns";
    }
    if (nanos < 1e6) {
      return number(nanos / 1e3) + " µs";
    }
    return nanos < 1e9 ? number(nanos / 1e6) + " ms" : number(nanos / 1e9) + " s";
  }

  private static String number(double value) {
    String digits =
        String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    return digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits;
  }

  private static void text(
      StringBuilder svg, String style, double x, double y, String anchor, String text) {
    add(
        svg,
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        style,
        x,
        y,
        anchor,
        escape(text));
  }

  @SuppressWarnings("AnnotateFormatMethod") // An annotation of another library for one method.
  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
