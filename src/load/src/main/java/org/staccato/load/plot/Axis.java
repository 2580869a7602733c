package org.staccato.load.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis of a plot. It gives the coordinate of a value, and the steps at which the plot draws a
 * line.
 *
 * @param least the value at its start
 * @param greatest the value at its end
 * @param logarithmic whether equal ratios have equal distances
 * @param start the coordinate of its start
 * @param end the coordinate of its end
 */
record Axis(double least, double greatest, boolean logarithmic, double start, double end) {
  private static final int LINEAR_STEPS = 4;

  /**
   * Makes a logarithmic axis for positive values, which begins and ends at a step of 1, 2, 5, 10, …
   */
  static Axis logarithmic(double least, double greatest, double start, double end) {
    double from = stepBelow(least);
    return new Axis(from, Math.max(stepAbove(greatest), 10 * from), true, start, end);
  }

  /** Makes a linear axis from 0 to a step at or above the greatest value. */
  static Axis linear(double greatest, double start, double end) {
    double step = stepAbove(Math.max(greatest, 1e-9) / LINEAR_STEPS);
    return new Axis(0, step * Math.ceil(greatest / step - 1e-9), false, start, end);
  }

  /** {@return the coordinate of a value, or of the nearer end if the value is outside} */
  double position(double value) {
    double inside = Math.clamp(value, least, greatest);
    double share =
        logarithmic
            ? Math.log(inside / least) / Math.log(greatest / least)
            : (inside - least) / (greatest - least);
    return start + share * (end - start);
  }

  /** {@return the values at which the plot draws a line} */
  List<Double> steps() {
    List<Double> steps = new ArrayList<>();
    if (logarithmic) {
      for (double value = least; value <= greatest * 1.001; value = stepAbove(value * 1.01)) {
        steps.add(value);
      }
    } else {
      double step = stepAbove(greatest / LINEAR_STEPS * 0.999);
      for (int i = 0; i * step <= greatest * 1.001; i++) {
        steps.add(i * step);
      }
    }
    return steps;
  }

  /** {@return whether the line of a step has room for a label} */
  boolean isLabelled(double step) {
    double exponent = Math.log10(step);
    return !logarithmic
        || Math.log10(greatest / least) < 3
        || Math.abs(exponent - Math.rint(exponent)) < 1e-6;
  }

  /** Finds the largest of 1, 2, 5, 10, 20, 50, … that is not above the value. */
  private static double stepBelow(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double lead = value / power;
    return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
  }

  /** Finds the smallest of 1, 2, 5, 10, 20, 50, … that is not below the value. */
  private static double stepAbove(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double lead = value / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  /** {@return the label of a duration} */
  static String duration(double nanos) {
    if (nanos < 1e3) {
      return number(nanos) + " ns";
    }
    if (nanos < 1e6) {
      return number(nanos / 1e3) + " µs";
    }
    return nanos < 1e9 ? number(nanos / 1e6) + " ms" : number(nanos / 1e9) + " s";
  }

  /** {@return the label of a number, to three significant digits} */
  static String number(double value) {
    String digits =
        String.format(
            Locale.ROOT,
            value < 1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f",
            value);
    return digits.contains(".") ? digits.replaceAll("\\.?0+$", "") : digits;
  }
}
