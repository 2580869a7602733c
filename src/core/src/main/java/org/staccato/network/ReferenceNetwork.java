package org.staccato.network;

import java.util.List;
import org.staccato.model.ModelSpecification.Activation;
import org.staccato.model.ModelSpecification.Cell;

/**
 * A stack with its output layer in double precision over the unpacked weights, straight from the
 * textbook formulas: what the golden samples of a weight file are computed with. Slow; confined to
 * one thread.
 */
final class ReferenceNetwork {
  private final List<LayerWeights> layers;
  private final FloatMatrix output;
  private final float[] outputBias;
  private final double[][] cells;
  private final double[][] hidden;

  ReferenceNetwork(List<LayerWeights> layers, FloatMatrix output, float[] outputBias) {
    this.layers = layers;
    this.output = output;
    this.outputBias = outputBias;
    this.cells = new double[layers.size()][];
    this.hidden = new double[layers.size()][];
    for (int i = 0; i < layers.size(); i++) {
      cells[i] = new double[layers.get(i).hiddenSize()];
      hidden[i] = new double[layers.get(i).hiddenSize()];
    }
  }

  /** Advances by a row of a matrix. */
  void step(FloatMatrix vectors, int row) {
    double[] x = new double[vectors.columns()];
    for (int i = 0; i < x.length; i++) {
      x[i] = vectors.at(row, i);
    }
    for (int i = 0; i < cells.length; i++) {
      step(layers.get(i), x, cells[i], hidden[i]);
      x = hidden[i];
    }
  }

  /** Advances c and h of one layer by the input x. */
  static void step(LayerWeights layer, double[] x, double[] c, double[] h) {
    if (layer.cell() == Cell.LSTM) {
      stepLstm(layer, x, c, h);
    } else {
      stepGru(layer, x, h);
    }
  }

  private static void stepLstm(LayerWeights layer, double[] x, double[] c, double[] h) {
    int units = layer.hiddenSize();
    double[] sums = new double[layer.bias().length];
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

  private static void stepGru(LayerWeights layer, double[] x, double[] h) {
    int units = layer.hiddenSize();
    double[] next = new double[units];
    for (int unit = 0; unit < units; unit++) {
      double[] sums = new double[3];
      for (int gate = 0; gate < 3; gate++) {
        int row = gate * units + unit;
        sums[gate] = layer.bias()[row] + dot(layer.input(), row, x);
      }
      double reset = sigmoid(sums[0] + dot(layer.recurrent(), unit, h));
      double update = sigmoid(sums[1] + dot(layer.recurrent(), units + unit, h));
      double recurrent = layer.resetBias()[unit] + dot(layer.recurrent(), 2 * units + unit, h);
      double candidate = Math.tanh(sums[2] + reset * recurrent);
      next[unit] = (1 - update) * candidate + update * h[unit];
    }
    System.arraycopy(next, 0, h, 0, units);
  }

  /** The sum of an item or an output. */
  double score(int index) {
    double[] h = hidden[hidden.length - 1];
    double sum = 0;
    for (int i = 0; i < h.length; i++) {
      sum += output.at(index, i) * h[i];
    }
    return outputBias[index] + sum;
  }

  /** All sums, activated. */
  double[] predict(Activation activation) {
    double[] results = new double[outputBias.length];
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < results.length; i++) {
      greatest = Math.max(greatest, score(i));
    }
    double total = 0;
    for (int i = 0; i < results.length; i++) {
      double sum = score(i);
      results[i] =
          switch (activation) {
            case LINEAR -> sum;
            case SIGMOID -> sigmoid(sum);
            case SOFTMAX -> Math.exp(sum - greatest);
          };
      total += results[i];
    }
    for (int i = 0; activation == Activation.SOFTMAX && i < results.length; i++) {
      results[i] /= total;
    }
    return results;
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
