package org.staccato.network;

import java.util.List;
import org.staccato.kernel.TanhApproximation;
import org.staccato.testkit.Cell;

/**
 * A stack in double precision that carries, beside each value, a bound on the error that float
 * arithmetic can have made so far. With u = 2⁻²⁴, a sum of n products is off by at most (n + 4) · u
 * times the sum of the magnitudes, and by what the errors of its inputs contribute; the steepest
 * slope of tanh is 1 and of the sigmoid ¼; products and sums round once each.
 */
final class BoundedReference {
  private static final double U = 0x1p-24;
  private static final double TANH = 2 * TanhApproximation.MAX_ULP * U;

  private final List<LayerWeights> layers;
  private final double[][] c;
  private final double[][] cError;
  private final double[][] h;
  private final double[][] hError;

  BoundedReference(List<LayerWeights> layers) {
    this.layers = layers;
    this.c = new double[layers.size()][];
    this.cError = new double[layers.size()][];
    this.h = new double[layers.size()][];
    this.hError = new double[layers.size()][];
    for (int i = 0; i < layers.size(); i++) {
      int units = layers.get(i).hiddenSize();
      c[i] = new double[units];
      cError[i] = new double[units];
      h[i] = new double[units];
      hError[i] = new double[units];
    }
  }

  /** A value that is known up to an error. */
  private record Bounded(double value, double error) {
    double magnitude() {
      return Math.abs(value) + error;
    }

    Bounded plus(Bounded other) {
      double sum = value + other.value;
      return new Bounded(sum, error + other.error + U * (magnitude() + other.magnitude()));
    }

    Bounded sigmoid() {
      return new Bounded(1 / (1 + Math.exp(-value)), error / 4 + TANH);
    }

    Bounded tanh() {
      return new Bounded(Math.tanh(value), error + TANH);
    }
  }

  double cell(int layer, int unit) {
    return c[layer][unit];
  }

  double cellError(int layer, int unit) {
    return cError[layer][unit];
  }

  double hidden(int layer, int unit) {
    return h[layer][unit];
  }

  double hiddenError(int layer, int unit) {
    return hError[layer][unit];
  }

  void step(float[] input) {
    double[] x = new double[input.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = input[i];
    }
    double[] xError = new double[x.length];
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).cell() == Cell.LSTM) {
        stepLstm(i, x, xError);
      } else {
        stepGru(i, x, xError);
      }
      x = h[i];
      xError = hError[i];
    }
  }

  /** Start + weights · v. */
  private static Bounded sum(double start, float[] weights, int row, double[] v, double[] vError) {
    double sum = start;
    double magnitude = Math.abs(start);
    double error = 0;
    for (int k = 0; k < v.length; k++) {
      double w = weights[row * v.length + k];
      sum += w * v[k];
      magnitude += Math.abs(w) * (Math.abs(v[k]) + vError[k]);
      error += Math.abs(w) * vError[k];
    }
    return new Bounded(sum, error + (v.length + 4) * U * magnitude);
  }

  /** Start + both products, taken as one sum or as two. */
  private Bounded gate(int index, int row, double[] x, double[] xError) {
    LayerWeights layer = layers.get(index);
    Bounded input = sum(layer.bias()[row], layer.input(), row, x, xError);
    Bounded recurrent = sum(0, layer.recurrent(), row, h[index], hError[index]);
    Bounded both = input.plus(recurrent);
    double longer = (x.length + h[index].length) * U * (input.magnitude() + recurrent.magnitude());
    return new Bounded(both.value, both.error + longer);
  }

  private void stepLstm(int index, double[] x, double[] xError) {
    int units = h[index].length;
    Bounded[] gates = new Bounded[4 * units];
    for (int row = 0; row < gates.length; row++) {
      gates[row] = gate(index, row, x, xError);
    }
    for (int unit = 0; unit < units; unit++) {
      Bounded i = gates[unit].sigmoid();
      Bounded f = gates[units + unit].sigmoid();
      Bounded g = gates[2 * units + unit].tanh();
      Bounded o = gates[3 * units + unit].sigmoid();
      double old = Math.abs(c[index][unit]) + cError[index][unit];
      cError[index][unit] =
          f.value * cError[index][unit]
              + f.error * old
              + i.value * g.error
              + i.error
              + 3 * U * (old + 1);
      c[index][unit] = f.value * c[index][unit] + i.value * g.value;
      double t = Math.tanh(c[index][unit]);
      hError[index][unit] = o.value * (cError[index][unit] + TANH) + o.error + 2 * U;
      h[index][unit] = o.value * t;
    }
  }

  private void stepGru(int index, double[] x, double[] xError) {
    LayerWeights layer = layers.get(index);
    int units = h[index].length;
    double[] next = new double[units];
    double[] nextError = new double[units];
    for (int unit = 0; unit < units; unit++) {
      Bounded reset = gate(index, unit, x, xError).sigmoid();
      Bounded update = gate(index, units + unit, x, xError).sigmoid();
      int row = 2 * units + unit;
      Bounded input = sum(layer.bias()[row], layer.input(), row, x, xError);
      Bounded recurrent =
          sum(layer.resetBias()[unit], layer.recurrent(), row, h[index], hError[index]);
      Bounded gated =
          new Bounded(
              reset.value * recurrent.value,
              recurrent.error + (reset.error + U) * recurrent.magnitude());
      Bounded candidate = input.plus(gated).tanh();
      Bounded old = new Bounded(h[index][unit], hError[index][unit]);
      double both = old.magnitude() + candidate.magnitude();
      next[unit] = (1 - update.value) * candidate.value + update.value * old.value;
      nextError[unit] =
          (1 - update.value) * candidate.error
              + update.value * old.error
              + update.error * both
              + 3 * U * both;
    }
    h[index] = next;
    hError[index] = nextError;
  }
}
