package org.staccato.network;

import java.util.List;

/**
 * The network in double precision over the unpacked weights, straight from the textbook formulas:
 * what the golden samples of a weight file are computed with. Slow; confined to one thread.
 */
final class ReferenceNetwork {
  private final NetworkWeights weights;
  private final double[][] cells;
  private final double[][] hidden;

  ReferenceNetwork(NetworkWeights weights) {
    this.weights = weights;
    List<LayerWeights> layers = weights.layers();
    this.cells = new double[layers.size()][];
    this.hidden = new double[layers.size()][];
    for (int i = 0; i < layers.size(); i++) {
      cells[i] = new double[layers.get(i).hiddenSize()];
      hidden[i] = new double[layers.get(i).hiddenSize()];
    }
  }

  void step(int item) {
    double[] x = new double[weights.embeddingSize()];
    for (int i = 0; i < x.length; i++) {
      x[i] = weights.embedding()[item * x.length + i];
    }
    for (int i = 0; i < cells.length; i++) {
      step(weights.layers().get(i), x, cells[i], hidden[i]);
      x = hidden[i];
    }
  }

  /** Advances c and h of one layer by the input x. */
  static void step(LayerWeights layer, double[] x, double[] c, double[] h) {
    int units = layer.hiddenSize();
    double[] sums = new double[LayerWeights.GATES * units];
    for (int row = 0; row < sums.length; row++) {
      sums[row] = layer.bias()[row] + dot(layer.input(), row, x) + dot(layer.recurrent(), row, h);
    }
    for (int unit = 0; unit < units; unit++) {
      double input = sigmoid(sums[unit]);
      double forget = sigmoid(sums[units + unit]);
      double candidate = Math.tanh(sums[2 * units + unit]);
      double output = sigmoid(sums[3 * units + unit]);
      c[unit] = forget * c[unit] + input * candidate;
      h[unit] = output * Math.tanh(c[unit]);
    }
  }

  double score(int item) {
    return weights.outputBias()[item] + dot(weights.output(), item, hidden[hidden.length - 1]);
  }

  private static double dot(float[] matrix, int row, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += matrix[row * x.length + i] * x[i];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
