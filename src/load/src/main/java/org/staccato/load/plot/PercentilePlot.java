package org.staccato.load.plot;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.staccato.load.latency.LatencySeries;

/**
 * Draws latencies over percentiles. The percentile axis is logarithmic in the distance to 100 %, so
 * that each further nine takes the same room; the latency axis is logarithmic too, because a pause
 * is thousands of times longer than a median.
 */
public final class PercentilePlot implements Plot {
  private static final int WIDTH = 880;
  private static final int HEIGHT = 480;
  private static final int LEFT = 84;
  private static final int RIGHT = 196;
  private static final int TOP = 64;
  private static final int BOTTOM = 82;
  private static final int POINTS_PER_NINE = 24;
  private static final int MINIMUM_LABEL_GAP = 34;
  private static final String[] NINES = {
    "0", "90", "99", "99.9", "99.99", "99.999", "99.9999", "99.99999"
  };

  private final String title;
  private final String subtitle;
  private final String note;
  private final List<LatencySeries> series;
  private final Axis latency;
  private final int nines;

  /**
   * Prepares a plot.
   *
   * @param title the heading
   * @param subtitle one line below it, for example the measured model
   * @param series one to four series, drawn in this order
   * @throws IllegalArgumentException if there are none or more than four
   */
  public PercentilePlot(String title, String subtitle, List<LatencySeries> series) {
    this(title, subtitle, "", series);
  }

  /**
   * Prepares a plot with a note.
   *
   * @param title the heading
   * @param subtitle one line below it, such as what was measured on what
   * @param note one line at the foot, such as the machine and the date; may be empty
   * @param series one to four series, drawn in this order
   * @throws IllegalArgumentException if there are none or more than four
   */
  public PercentilePlot(String title, String subtitle, String note, List<LatencySeries> series) {
    if (series.isEmpty() || series.size() > SvgPicture.LINES) {
      throw new IllegalArgumentException("series: found " + series.size() + ", expected 1 to 4");
    }
    this.title = title;
    this.subtitle = subtitle;
    this.note = note;
    this.series = List.copyOf(series);
    double lowest = Double.MAX_VALUE;
    double highest = 1;
    long count = 1;
    for (LatencySeries each : series) {
      lowest = Math.min(lowest, (double) Math.max(1, each.nanosAt(0)));
      highest = Math.max(highest, (double) each.maxNanos());
      count = Math.max(count, each.count());
    }
    latency = Axis.logarithmic(lowest, highest, HEIGHT - BOTTOM, TOP);
    nines = Math.clamp((int) Math.ceil(Math.log10((double) count)), 2, NINES.length - 1);
  }

  @Override
  public String svg() {
    SvgPicture svg = new SvgPicture(WIDTH, HEIGHT, LEFT, title, subtitle);
    svg.verticalAxis(latency, LEFT, WIDTH - RIGHT, Axis::duration, "latency of one call");
    drawPercentileAxis(svg);
    for (int i = 0; i < series.size(); i++) {
      drawSeries(svg, i);
    }
    drawLabels(svg);
    svg.text("soft", LEFT, HEIGHT - 12, "start", note);
    return svg.finish();
  }

  private void drawPercentileAxis(SvgPicture svg) {
    for (int nine = 0; nine <= nines; nine++) {
      svg.line(nine == 0 ? "axis" : "grid", x(nine), TOP, x(nine), HEIGHT - BOTTOM);
      svg.text("soft", x(nine), HEIGHT - BOTTOM + 20, "middle", NINES[nine]);
    }
    svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    svg.text(
        "ink",
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 36,
        "middle",
        "percentile of calls (%, logarithmic in the distance to 100)");
  }

  private void drawSeries(SvgPicture svg, int index) {
    LatencySeries each = series.get(index);
    // Beyond 1 - 1/count only the longest call remains.
    double last = Math.min(nines, Math.log10((double) Math.max(10, each.count())));
    int points = (int) Math.ceil(last * POINTS_PER_NINE);
    double[] x = new double[points + 1];
    double[] y = new double[points + 1];
    for (int i = 0; i <= points; i++) {
      double distance = Math.min(last, (double) i / POINTS_PER_NINE);
      double percentile = 100 * (1 - Math.pow(10, -distance));
      x[i] = x(distance);
      y[i] = latency.position((double) (i == points ? each.maxNanos() : each.nanosAt(percentile)));
    }
    svg.polyline("line s" + index, x, y);
  }

  /**
   * Writes the name of each line at its right end, and moves names apart whose ends are close
   * together.
   */
  private void drawLabels(SvgPicture svg) {
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
      LatencySeries each = series.get(index);
      double y = Math.min(lowest, Math.max(next, latency.position((double) each.maxNanos())));
      int x = WIDTH - RIGHT + 12;
      svg.text("t" + index, x, y, "start", each.name());
      String percentiles =
          "p50 "
              + Axis.duration((double) each.nanosAt(50))
              + " · p99 "
              + Axis.duration((double) each.nanosAt(99));
      svg.text("soft", x, y + 15, "start", percentiles);
      next = y + MINIMUM_LABEL_GAP;
    }
  }

  private double x(double nine) {
    return LEFT + nine / nines * (WIDTH - LEFT - RIGHT);
  }
}
