package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.network.FloatMatrix;
import org.staccato.network.LayerWeights;
import org.staccato.network.NetworkWeights;

/**
 * The network in double precision, straight from the textbook: one lane, one event, one unit at a
 * time. Its gradient is taken by finite differences.
 */
final class ReferenceNetwork {
  private final NetworkWeights shape;
  private final List<double[]> parameters;

  ReferenceNetwork(NetworkWeights weights) {
    shape = weights;
    parameters = arrays(weights).stream().map(ReferenceNetwork::toDouble).toList();
  }

  /** The weights (or their gradients) as arrays, in one order; a tied output once. */
  static List<float[]> arrays(NetworkWeights weights) {
    List<float[]> arrays = new ArrayList<>();
    arrays.add(elements(weights.embedding()));
    arrays.add(elements(weights.output()));
    arrays.add(weights.outputBias());
    for (LayerWeights layer : weights.layers()) {
      arrays.add(layer.input());
      arrays.add(layer.recurrent());
      arrays.add(layer.bias());
    }
    if (weights.tied()) {
      arrays.remove(1);
    }
    return arrays;
  }

  private static float[] elements(FloatMatrix matrix) {
    float[] elements = new float[matrix.rows() * matrix.columns()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = matrix.at(i / matrix.columns(), i % matrix.columns());
    }
    return elements;
  }

  List<double[]> parameters() {
    return parameters;
  }

  private double[] embedding() {
    return parameters.get(0);
  }

  private double[] output() {
    return parameters.get(shape.tied() ? 0 : 1);
  }

  private double[] outputBias() {
    return parameters.get(shape.tied() ? 1 : 2);
  }

  private double[] layer(int layer, int part) {
    return parameters.get((shape.tied() ? 2 : 3) + 3 * layer + part);
  }

  /** The state of every lane: per layer h and c. */
  double[][][][] newState(int lanes) {
    int layers = shape.layers().size();
    double[][][][] state = new double[lanes][layers][2][];
    for (double[][][] lane : state) {
      for (int layer = 0; layer < layers; layer++) {
        for (int part = 0; part < 2; part++) {
          lane[layer][part] = new double[shape.layers().get(layer).hiddenSize()];
        }
      }
    }
    return state;
  }

  static double[][][][] copy(double[][][][] state) {
    double[][][][] copy = new double[state.length][][][];
    for (int lane = 0; lane < state.length; lane++) {
      copy[lane] = new double[state[lane].length][2][];
      for (int layer = 0; layer < state[lane].length; layer++) {
        for (int part = 0; part < 2; part++) {
          copy[lane][layer][part] = state[lane][layer][part].clone();
        }
      }
    }
    return copy;
  }

  /**
   * The sum of the losses of a window; advances the state.
   *
   * @param masks the factors of dropout: of the embedding, then of each layer's output; padded rows
   */
  double loss(Window window, double[][][][] state, float[][] masks) {
    double loss = 0;
    for (int step = 0; step < window.steps; step++) {
      for (int lane = 0; lane < window.lanes; lane++) {
        int row = step * window.lanes + lane;
        if (window.starts[row]) {
          for (double[][] layer : state[lane]) {
            Arrays.fill(layer[0], 0);
            Arrays.fill(layer[1], 0);
          }
        }
        if (window.inputs[row] != Window.NONE) {
          double[] hidden = advance(window.inputs[row], state[lane], masks, row);
          loss += crossEntropy(hidden, window.targets[row]);
        }
      }
    }
    return loss;
  }

  private double[] advance(int item, double[][][] state, float[][] masks, int row) {
    int width = shape.embeddingSize();
    double[] x = Arrays.copyOfRange(embedding(), item * width, (item + 1) * width);
    mask(x, masks[0], row, width);
    for (int layer = 0; layer < state.length; layer++) {
      int hidden = state[layer][0].length;
      double[] h = new double[hidden];
      for (int unit = 0; unit < hidden; unit++) {
        double input = sigmoid(sum(layer, unit, x, state[layer][0]));
        double forget = sigmoid(sum(layer, hidden + unit, x, state[layer][0]));
        double candidate = Math.tanh(sum(layer, 2 * hidden + unit, x, state[layer][0]));
        double output = sigmoid(sum(layer, 3 * hidden + unit, x, state[layer][0]));
        state[layer][1][unit] = forget * state[layer][1][unit] + input * candidate;
        h[unit] = output * Math.tanh(state[layer][1][unit]);
      }
      state[layer][0] = h;
      x = h.clone();
      mask(x, masks[layer + 1], row, hidden);
    }
    return x;
  }

  private static void mask(double[] x, float[] mask, int row, int width) {
    int padded = org.staccato.trainer.kernel.Matrix.padded(width);
    for (int i = 0; i < width; i++) {
      x[i] *= mask[row * padded + i];
    }
  }

  private double sum(int layer, int gateUnit, double[] x, double[] h) {
    double sum = layer(layer, 2)[gateUnit];
    for (int i = 0; i < x.length; i++) {
      sum += layer(layer, 0)[gateUnit * x.length + i] * x[i];
    }
    for (int i = 0; i < h.length; i++) {
      sum += layer(layer, 1)[gateUnit * h.length + i] * h[i];
    }
    return sum;
  }

  private double crossEntropy(double[] hidden, int target) {
    double[] scores = outputBias().clone();
    double sum = 0;
    for (int item = 0; item < scores.length; item++) {
      for (int i = 0; i < hidden.length; i++) {
        scores[item] += output()[item * hidden.length + i] * hidden[i];
      }
      sum += Math.exp(scores[item]);
    }
    return Math.log(sum) - scores[target];
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] toDouble(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
