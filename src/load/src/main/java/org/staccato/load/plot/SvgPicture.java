package org.staccato.load.plot;

import com.google.errorprone.annotations.FormatMethod;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Draws a picture as an SVG document: the frame, the style and the elements that all plots share.
 */
final class SvgPicture {
  /**
   * The number of styles of lines, from {@code s0}, and of styles of their names, from {@code t0}.
   */
  static final int LINES = 4;

  private static final String STYLE =
      """
      <style>
        svg { color-scheme: light dark; font: 13px system-ui, "DejaVu Sans", sans-serif; }
        .page { fill: #ffffff; } .ink { fill: #1c2430; } .soft { fill: #5b6675; }
        .grid { stroke: #d9dee5; stroke-width: 1; } .axis { stroke: #8a94a3; stroke-width: 1; }
        .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; } .thin { stroke-width: 1.4; }
        .mark { stroke: #8a94a3; stroke-width: 1; stroke-dasharray: 2 3; }
        .fault { stroke: #c2410c; stroke-width: 1; stroke-opacity: 0.55; }
        .title { font-size: 17px; font-weight: 600; }
        .s0 { stroke: #0068b5; } .s1 { stroke: #c2410c; } .s2 { stroke: #0f7b4f; }
        .s3 { stroke: #8b3fa8; }
        .bar { fill: #0068b5; } .peer { fill: #a3adba; }
        .t0 { fill: #0068b5; } .t1 { fill: #c2410c; } .t2 { fill: #0f7b4f; } .t3 { fill: #8b3fa8; }
        @media (prefers-color-scheme: dark) {
          .page { fill: #12161c; } .ink { fill: #e8ecf1; } .soft { fill: #9aa6b5; }
          .grid { stroke: #2a323d; } .axis { stroke: #667180; } .mark { stroke: #667180; }
          .fault { stroke: #ff9457; }
          .bar { fill: #5eb1ff; } .peer { fill: #5b6675; }
          .s0 { stroke: #5eb1ff; } .s1 { stroke: #ff9457; } .s2 { stroke: #4fd39a; }
          .s3 { stroke: #d394ee; }
          .t0 { fill: #5eb1ff; } .t1 { fill: #ff9457; } .t2 { fill: #4fd39a; }
          .t3 { fill: #d394ee; }
        }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder(16 * 1024);

  /** Starts a picture with a title and a line below it, both of which begin at {@code left}. */
  SvgPicture(int width, int height, int left, String title, String subtitle) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " height=\"%d\" role=\"img\" aria-label=\"%s\">\n",
        width, height, width, height, escape(title));
    svg.append(STYLE);
    add("<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n", width, height);
    text("ink title", left, 28, "start", title);
    text("soft", left, 48, "start", subtitle);
  }

  void line(String style, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
        style, x1, x2, y1, y2);
  }

  void text(String style, double x, double y, String anchor, String text) {
    add(
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        style, x, y, anchor, escape(text));
  }

  void rectangle(String style, double x, double y, double width, double height) {
    add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
        style, x, y, width, height);
  }

  /**
   * Draws a vertical axis with a horizontal line at each step.
   *
   * @param axis the axis, whose coordinates are heights
   * @param left the coordinate at which the lines begin
   * @param right the coordinate at which the lines end
   * @param label the label of a step
   * @param name the name of the axis, which is written upwards along the left margin
   */
  void verticalAxis(
      Axis axis, double left, double right, DoubleFunction<String> label, String name) {
    for (double step : axis.steps()) {
      double y = axis.position(step);
      line("grid", left, y, right, y);
      if (axis.isLabelled(step)) {
        text("soft", left - 8, y + 4.5, "end", label.apply(step));
      }
    }
    add(
        "<text class=\"ink\" text-anchor=\"middle\" transform=\"translate(18 %.1f) rotate(-90)\">"
            + "%s</text>\n",
        (axis.start() + axis.end()) / 2, escape(name));
  }

  /** Draws a line through points. */
  void polyline(String style, double[] x, double[] y) {
    add("<polyline class=\"%s\" points=\"", style);
    for (int i = 0; i < x.length; i++) {
      add("%.1f,%.1f ", x[i], y[i]);
    }
    svg.append("\"/>\n");
  }

  /** {@return the finished document} */
  String finish() {
    return svg.append("</svg>\n").toString();
  }

  @FormatMethod
  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
