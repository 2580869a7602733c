package org.staccato.benchmarks;

import org.staccato.network.LayerWeights;

/** One LSTM layer in double precision, straight from the textbook. */
final class ReferenceLayer {
  private final LayerWeights weights;
  private final double[] c;
  private final double[] h;

  ReferenceLayer(LayerWeights weights) {
    this.weights = weights;
    this.c = new double[weights.hiddenSize()];
    this.h = new double[weights.hiddenSize()];
  }

  double hidden(int unit) {
    return h[unit];
  }

  double[] hidden() {
    return h.clone();
  }

  void step(float[] x) {
    double[] input = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      input[i] = x[i];
    }
    step(input);
  }

  void step(double[] x) {
    int units = h.length;
    double[] sums = new double[4 * units];
    for (int row = 0; row < sums.length; row++) {
      sums[row] = weights.bias()[row];
      for (int k = 0; k < x.length; k++) {
        sums[row] += weights.input()[row * x.length + k] * x[k];
      }
      for (int k = 0; k < units; k++) {
        sums[row] += weights.recurrent()[row * units + k] * h[k];
      }
    }
    for (int unit = 0; unit < units; unit++) {
      double input = sigmoid(sums[unit]);
      double forget = sigmoid(sums[units + unit]);
      double candidate = Math.tanh(sums[2 * units + unit]);
      c[unit] = forget * c[unit] + input * candidate;
      h[unit] = sigmoid(sums[3 * units + unit]) * Math.tanh(c[unit]);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
