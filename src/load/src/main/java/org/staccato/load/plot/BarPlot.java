package org.staccato.load.plot;

import java.util.List;

/**
 * Draws values as horizontal bars in groups, on a logarithmic axis: the difference in length of two
 * bars shows the ratio of their values.
 */
public final class BarPlot implements Plot {
  private static final int WIDTH = 880;
  private static final int LEFT = 330;
  private static final int RIGHT = 90;
  private static final int TOP = 66;
  private static final int BOTTOM = 40;
  private static final int BAR = 18;
  private static final int GAP = 14;

  /** The least ratio of the least value to the begin of the axis, which gives its bar a length. */
  private static final double ROOM = 1.25;

  /**
   * A bar.
   *
   * @param name the label at its left end
   * @param value its value, above 0
   * @param peer whether the bar belongs to a peer of the comparison, which is drawn in grey
   */
  public record Bar(String name, double value, boolean peer) {}

  private final String title;
  private final String subtitle;
  private final String unit;
  private final List<List<Bar>> groups;
  private final Axis axis;

  /**
   * Prepares a plot.
   *
   * @param title the heading
   * @param subtitle one line below it
   * @param unit the unit of the values
   * @param groups the bars from the top downwards, with a gap between groups
   * @throws IllegalArgumentException if there is no bar, or a value is not a number above 0
   */
  public BarPlot(String title, String subtitle, String unit, List<List<Bar>> groups) {
    double least = Double.MAX_VALUE;
    double greatest = 0;
    for (List<Bar> group : groups) {
      for (Bar bar : group) {
        if (!(bar.value > 0 && bar.value < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException(
              bar.name + ": found a value of " + bar.value + ", expected a number above 0");
        }
        least = Math.min(least, bar.value);
        greatest = Math.max(greatest, bar.value);
      }
    }
    if (greatest == 0) {
      throw new IllegalArgumentException(title + ": found no bar, expected at least one");
    }
    this.title = title;
    this.subtitle = subtitle;
    this.unit = unit;
    this.groups = groups.stream().map(List::copyOf).toList();
    axis = Axis.logarithmic(least / ROOM, greatest, LEFT, WIDTH - RIGHT);
  }

  @Override
  public String svg() {
    int bars = groups.stream().mapToInt(List::size).sum();
    int bottom = TOP + bars * BAR + groups.size() * GAP;
    SvgPicture svg = new SvgPicture(WIDTH, bottom + BOTTOM, 20, title, subtitle);
    for (double step : axis.steps()) {
      double x = axis.position(step);
      svg.line("grid", x, TOP, x, bottom);
      if (axis.isLabelled(step)) {
        svg.text("soft", x, bottom + 20, "middle", Axis.number(step) + " " + unit);
      }
    }
    int y = TOP;
    for (List<Bar> group : groups) {
      y += GAP;
      for (Bar bar : group) {
        double end = axis.position(bar.value);
        int baseline = y + BAR - 5;
        svg.text("ink", LEFT - 8, baseline, "end", bar.name);
        svg.rectangle(bar.peer ? "peer" : "bar", LEFT, y + 2, end - LEFT, BAR - 4);
        svg.text("ink", end + 6, baseline, "start", Axis.number(bar.value));
        y += BAR;
      }
    }
    return svg.finish();
  }
}
