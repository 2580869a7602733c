package org.staccato.trainer.report;

import java.util.List;
import java.util.Locale;

/** Draws a curve over epochs as an SVG that takes its colours from the page. */
final class CurveDrawing {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 230;
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 22;
  private static final int BOTTOM = 40;
  private static final int LABELS = 8;

  private final List<Double> values;
  private final int markedEpoch;
  private final double step;
  private final double low;
  private final double high;

  private CurveDrawing(Section.Curve curve) {
    values = curve.values();
    markedEpoch = curve.markedEpoch();
    double smallest = Double.MAX_VALUE;
    double largest = -Double.MAX_VALUE;
    for (double value : values) {
      if (Double.isFinite(value)) {
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
      }
    }
    if (smallest > largest) {
      smallest = 0;
      largest = 1;
    }
    step = tickStep(Math.max(largest - smallest, Math.max(Math.abs(largest), 1e-9) * 1e-3));
    low = Math.floor(smallest / step) * step;
    high = Math.max(low + step, Math.ceil(largest / step) * step);
  }

  /** {@return the curve as an SVG element} */
  static String svg(Section.Curve curve) {
    return new CurveDrawing(curve).draw(curve.name());
  }

  private String draw(String name) {
    StringBuilder svg = new StringBuilder(4096);
    svg.append("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\" aria-label=\"")
        .append(Report.escape(name) + "\">\n");
    drawAxes(svg);
    StringBuilder points = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      double value = values.get(i);
      if (!Double.isFinite(value)) {
        continue;
      }
      String x = coordinate(x(i + 1));
      String y = coordinate(y(value));
      points.append(x + "," + y + " ");
      boolean marked = i + 1 == markedEpoch;
      dots.append("<circle class=\"" + (marked ? "marked" : "dot") + "\" cx=\"" + x + "\" cy=\"")
          .append(y + "\" r=\"" + (marked ? "4.5" : values.size() > 40 ? "0" : "2.5") + "\">")
          .append("<title>epoch " + (i + 1) + ": " + precise(value) + "</title></circle>\n");
    }
    svg.append("<polyline class=\"line\" points=\"" + points.toString().strip() + "\"/>\n" + dots);
    if (markedEpoch >= 1 && markedEpoch <= values.size()) {
      drawMark(svg, values.get(markedEpoch - 1));
    }
    return svg.append("</svg>\n").toString();
  }

  private void drawAxes(StringBuilder svg) {
    int ticks = (int) Math.round((high - low) / step);
    for (int tick = 0; tick <= ticks; tick++) {
      double value = low + tick * step;
      String y = coordinate(y(value));
      svg.append("<line class=\"" + (tick == 0 ? "axis" : "grid") + "\" x1=\"" + LEFT)
          .append("\" x2=\"" + (WIDTH - RIGHT) + "\" y1=\"" + y + "\" y2=\"" + y + "\"/>\n");
      text(svg, "", LEFT - 8, y(value) + 4, "end", label(value));
    }
    int every = Math.max(1, (int) tickStep(values.size() * 5.0 / LABELS));
    for (int epoch = 1; epoch <= values.size(); epoch++) {
      if ((epoch == 1 && every <= 2) || epoch % every == 0) {
        text(svg, "", x(epoch), HEIGHT - BOTTOM + 17, "middle", Integer.toString(epoch));
      }
    }
    text(svg, "", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", "epoch");
  }

  private void drawMark(StringBuilder svg, double value) {
    double x = x(markedEpoch);
    String anchor = x > WIDTH - 110 ? "end" : x < LEFT + 60 ? "start" : "middle";
    double y = y(value) < TOP + 14 ? y(value) + 20 : y(value) - 10;
    text(svg, "markedtext", x, y, anchor, precise(value));
  }

  private double x(int epoch) {
    double share = values.size() < 2 ? 0.5 : (epoch - 1.0) / (values.size() - 1);
    return LEFT + 10 + share * (WIDTH - LEFT - RIGHT - 20);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
  }

  /**
   * Returns a step of 1, 2 or 5 times a power of ten that divides a range into about four parts.
   */
  private static double tickStep(double range) {
    double rough = range / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  private String label(double value) {
    int digits = Math.clamp((int) -Math.floor(Math.log10(step) + 1e-9), 0, 6);
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static String precise(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String coordinate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static void text(
      StringBuilder svg, String style, double x, double y, String anchor, String text) {
    svg.append("<text class=\"" + style + "\" x=\"" + coordinate(x) + "\" y=\"" + coordinate(y))
        .append("\" text-anchor=\"" + anchor + "\">" + Report.escape(text) + "</text>\n");
  }
}
