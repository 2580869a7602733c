package org.staccato.network;

import java.util.List;
import org.staccato.kernel.TanhApproximation;

/**
 * A stack in double precision that carries, beside each value, a bound on the error that float
 * arithmetic can have made so far. With u = 2⁻²⁴, a sum of n products is off by at most (n + 3) · u
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
      step(i, x, xError);
      x = h[i];
      xError = hError[i];
    }
  }

  private void step(int index, double[] x, double[] xError) {
    LayerWeights layer = layers.get(index);
    int units = layer.hiddenSize();
    double[] sum = new double[LayerWeights.GATES * units];
    double[] error = new double[sum.length];
    for (int row = 0; row < sum.length; row++) {
      sum[row] = layer.bias()[row];
      double magnitude = Math.abs(sum[row]);
      for (int pass = 0; pass < 2; pass++) {
        float[] weights = pass == 0 ? layer.input() : layer.recurrent();
        double[] v = pass == 0 ? x : h[index];
        double[] vError = pass == 0 ? xError : hError[index];
        for (int k = 0; k < v.length; k++) {
          double w = weights[row * v.length + k];
          sum[row] += w * v[k];
          magnitude += Math.abs(w) * (Math.abs(v[k]) + vError[k]);
          error[row] += Math.abs(w) * vError[k];
        }
      }
      error[row] += (x.length + units + 3) * U * magnitude;
    }
    for (int unit = 0; unit < units; unit++) {
      advance(index, unit, sum, error);
    }
  }

  private void advance(int index, int unit, double[] sum, double[] error) {
    int units = h[index].length;
    double i = sigmoid(sum[unit]);
    double f = sigmoid(sum[units + unit]);
    double g = Math.tanh(sum[2 * units + unit]);
    double o = sigmoid(sum[3 * units + unit]);
    double iError = error[unit] / 4 + TANH;
    double fError = error[units + unit] / 4 + TANH;
    double gError = error[2 * units + unit] + TANH;
    double oError = error[3 * units + unit] / 4 + TANH;
    double old = Math.abs(c[index][unit]) + cError[index][unit];
    cError[index][unit] =
        f * cError[index][unit] + fError * old + i * gError + iError + 3 * U * (old + 1);
    c[index][unit] = f * c[index][unit] + i * g;
    double t = Math.tanh(c[index][unit]);
    hError[index][unit] = o * (cError[index][unit] + TANH) + oError + 2 * U;
    h[index][unit] = o * t;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
