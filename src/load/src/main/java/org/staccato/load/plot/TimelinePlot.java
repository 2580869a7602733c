package org.staccato.load.plot;

import java.util.List;
import org.staccato.load.latency.Interval;

/**
 * Draws measurements over time: panels one above another with a common time axis, and marks of
 * events.
 */
public final class TimelinePlot implements Plot {
  private static final int WIDTH = 880;
  private static final int LEFT = 84;
  private static final int RIGHT = 130;
  private static final int TOP = 78;
  private static final int PANEL = 150;
  private static final int SINGLE_PANEL = 300;
  private static final int GAP = 28;
  private static final int BOTTOM = 52;

  /** The unit of a panel's values. */
  public enum Unit {
    /** Nanoseconds, drawn on a logarithmic axis. */
    NANOSECONDS,
    /** Bytes, from 0. */
    BYTES,
    /** A number, from 0. */
    COUNT
  }

  /**
   * One line of a panel.
   *
   * @param name its label
   * @param values one value for each time
   */
  public record Line(String name, double[] values) {}

  /**
   * A panel.
   *
   * @param name the name of its vertical axis
   * @param unit the unit of its values
   * @param lines one to four lines
   */
  public record Panel(String name, Unit unit, List<Line> lines) {

    /**
     * Makes a panel of the maximum, the 99th percentile and the median of intervals.
     *
     * @param intervals an interval for each time
     * @return the panel
     */
    public static Panel latencies(List<Interval> intervals) {
      return new Panel(
          "latency",
          Unit.NANOSECONDS,
          List.of(
              new Line("max", intervals.stream().mapToDouble(Interval::max).toArray()),
              new Line("p99", intervals.stream().mapToDouble(Interval::p99).toArray()),
              new Line("p50", intervals.stream().mapToDouble(Interval::p50).toArray())));
    }
  }

  /**
   * Events of one kind, each drawn as a vertical line.
   *
   * @param name the kind
   * @param fault whether the events are faults
   * @param seconds the times of the events
   */
  public record Marks(String name, boolean fault, double[] seconds) {}

  private final String title;
  private final String subtitle;
  private final double[] seconds;
  private final List<Panel> panels;
  private final List<Marks> marks;
  private final int panelHeight;

  /**
   * Prepares a plot.
   *
   * @param title the heading
   * @param subtitle one line below it
   * @param seconds the times of the values, ascending from 0 or later
   * @param panels one or more panels, from the top downwards
   * @param marks the events of that time
   * @throws IllegalArgumentException if there is no time or no panel, a panel has none or more than
   *     four lines, or the number of values of a line is not the number of times
   */
  public TimelinePlot(
      String title, String subtitle, double[] seconds, List<Panel> panels, List<Marks> marks) {
    if (seconds.length == 0 || panels.isEmpty()) {
      throw new IllegalArgumentException(
          "timeline: found "
              + seconds.length
              + " times and "
              + panels.size()
              + " panels, expected at least one of both");
    }
    for (Panel panel : panels) {
      if (panel.lines().isEmpty() || panel.lines().size() > SvgPicture.LINES) {
        throw new IllegalArgumentException(
            panel.name() + ": found " + panel.lines().size() + " lines, expected 1 to 4");
      }
      for (Line line : panel.lines()) {
        if (line.values().length != seconds.length) {
          throw new IllegalArgumentException(
              line.name()
                  + ": found "
                  + line.values().length
                  + " values, expected one for each time, "
                  + seconds.length);
        }
      }
    }
    this.title = title;
    this.subtitle = subtitle;
    this.seconds = seconds.clone();
    this.panels = List.copyOf(panels);
    this.marks = List.copyOf(marks);
    panelHeight = panels.size() == 1 ? SINGLE_PANEL : PANEL;
  }

  @Override
  public String svg() {
    int bottom = TOP + panels.size() * (panelHeight + GAP) - GAP;
    SvgPicture svg = new SvgPicture(WIDTH, bottom + BOTTOM, LEFT, title, subtitle);
    double last = seconds[seconds.length - 1];
    Axis time = new Axis(0, Math.max(last, 1e-3), false, LEFT, WIDTH - RIGHT);
    drawMarks(svg, time, bottom);
    for (int i = 0; i < panels.size(); i++) {
      draw(svg, time, panels.get(i), TOP + i * (panelHeight + GAP));
    }
    for (double step : Axis.linear(time.greatest(), 0, 1).steps()) {
      if (step <= time.greatest() * 1.001) {
        svg.text("soft", time.position(step), bottom + 20, "middle", Axis.number(step));
      }
    }
    svg.text("ink", (LEFT + WIDTH - RIGHT) / 2.0, bottom + 42, "middle", "seconds");
    return svg.finish();
  }

  private void drawMarks(SvgPicture svg, Axis time, int bottom) {
    double legend = TOP - 4;
    for (int i = 0; i < marks.size(); i++) {
      String style = marks.get(i).fault() ? "fault" : "mark";
      int y = TOP + 10 + i * 18;
      svg.line(style, WIDTH - RIGHT + 14, y - 10, WIDTH - RIGHT + 14, y + 2);
      svg.text("soft", WIDTH - RIGHT + 22, y, "start", marks.get(i).name());
      for (double at : marks.get(i).seconds()) {
        if (at >= 0 && at <= time.greatest()) {
          svg.line(style, time.position(at), legend, time.position(at), bottom);
        }
      }
    }
  }

  private void draw(SvgPicture svg, Axis time, Panel panel, int top) {
    Axis axis = axis(panel, top);
    svg.verticalAxis(axis, LEFT, WIDTH - RIGHT, step -> label(panel.unit(), step), panel.name());
    svg.line("axis", LEFT, top + panelHeight, WIDTH - RIGHT, top + panelHeight);
    svg.line("axis", LEFT, top, LEFT, top + panelHeight);
    for (int i = 0; i < panel.lines().size(); i++) {
      Line line = panel.lines().get(i);
      double[] x = new double[seconds.length];
      double[] y = new double[seconds.length];
      for (int at = 0; at < seconds.length; at++) {
        x[at] = time.position(seconds[at]);
        y[at] = axis.position(line.values()[at]);
      }
      svg.polyline("line thin s" + i, x, y);
      // Write from the bottom upwards, which leaves the top of the first panel to the marks.
      int fromBelow = panel.lines().size() - 1 - i;
      svg.text(
          "t" + i,
          WIDTH - RIGHT + 12,
          top + panelHeight - 6 - 18 * fromBelow,
          "start",
          line.name());
    }
  }

  private Axis axis(Panel panel, int top) {
    double least = Double.MAX_VALUE;
    double greatest = 0;
    for (Line line : panel.lines()) {
      for (double value : line.values()) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    return panel.unit() == Unit.NANOSECONDS
        ? Axis.logarithmic(Math.max(1, least), Math.max(1, greatest), top + panelHeight, top)
        : Axis.linear(greatest, top + panelHeight, top);
  }

  private static String label(Unit unit, double value) {
    return switch (unit) {
      case NANOSECONDS -> Axis.duration(value);
      case BYTES -> Axis.number(value / 1e6) + " MB";
      case COUNT -> Axis.number(value);
    };
  }
}
