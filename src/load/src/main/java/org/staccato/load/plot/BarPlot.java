package org.staccato.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * Draws figures as horizontal bars on a logarithmic axis, a group of bars per set of parameters.
 * Legible on light and on dark pages.
 */
final class BarChart {
  private static final int WIDTH = 880;
  private static final int LEFT = 330;
  private static final int RIGHT = 90;
  private static final int TOP = 66;
  private static final int BAR = 18;
  private static final int GAP = 14;
  private static final String OTHERS = "(OnnxRuntime|Djl|ReadBandwidth).*";

  private static final String STYLE =
      """
      <style>
        svg { color-scheme: light dark; font: 13px system-ui, "DejaVu Sans", sans-serif; }
        .page { fill: #ffffff; } .ink { fill: #1c2430; } .soft { fill: #5b6675; }
        .grid { stroke: #d9dee5; } .title { font-size: 17px; font-weight: 600; }
        .ours { fill: #0068b5; } .other { fill: #a3adba; }
        @media (prefers-color-scheme: dark) {
          .page { fill: #12161c; } .ink { fill: #e8ecf1; } .soft { fill: #9aa6b5; }
          .grid { stroke: #2a323d; } .ours { fill: #5eb1ff; } .other { fill: #5b6675; }
        }
      </style>
      """;

  private BarChart() {}

  /** Draws the medians of a table's groups; what is not Staccato steps back. */
  static String draw(Table table, List<List<Series>> groups) {
    String title = table.title();
    String subtitle = "median of a call, " + table.symbol() + ", logarithmic";
    double least = Double.MAX_VALUE;
    double greatest = 0;
    int bars = 0;
    for (List<Series> group : groups) {
      for (Series series : group) {
        least = Math.min(least, table.inUnit(series.median()));
        greatest = Math.max(greatest, table.inUnit(series.median()));
        bars++;
      }
    }
    int from = (int) Math.floor(Math.log10(least));
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(greatest)));
    int bottom = TOP + bars * BAR + groups.size() * GAP;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n",
            WIDTH,
            bottom + 40));
    svg.append(String.format(Locale.ROOT, "<title>%s</title>%n%s", escape(title), STYLE));
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"page\" width=\"%d\" height=\"%d\"/>%n",
            WIDTH,
            bottom + 40));
    svg.append(
        String.format(
            Locale.ROOT, "<text class=\"ink title\" x=\"20\" y=\"30\">%s</text>%n", escape(title)));
    svg.append(
        String.format(
            Locale.ROOT, "<text class=\"soft\" x=\"20\" y=\"50\">%s</text>%n", escape(subtitle)));
    for (int decade = from; decade <= to; decade++) {
      double x = position(decade, from, to);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>%n",
              x,
              x,
              TOP,
              bottom));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s %s</text>%n",
              x,
              bottom + 20,
              decade < 0
                  ? String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade))
                  : String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade)),
              table.symbol()));
    }
    int y = TOP;
    for (List<Series> group : groups) {
      y += GAP;
      for (Series series : group) {
        double end = position(Math.log10(table.inUnit(series.median())), from, to);
        svg.append(
            String.format(
                Locale.ROOT,
                "<text class=\"ink\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                LEFT - 8,
                y + BAR - 5,
                escape(series.name() + "  " + series.sizes())));
        svg.append(
            String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
                series.name().matches(OTHERS) ? "other" : "ours",
                LEFT,
                y + 2,
                end - LEFT,
                BAR - 4));
        svg.append(
            String.format(
                Locale.ROOT,
                "<text class=\"ink\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                end + 6,
                y + BAR - 5,
                MarkdownPage.digits(table.inUnit(series.median()))));
        y += BAR;
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private static double position(double logarithm, int from, int to) {
    return LEFT + (logarithm - from) / (to - from) * (WIDTH - LEFT - RIGHT);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
