package org.staccato.network;

import java.io.IOException;
import org.staccato.format.DataType;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;

/**
 * Packs the weights of a layer into the panels that the kernels walk: {@code
 * [group][input][gate][16]}. The rows of the input, forget and output gates are halved, which is
 * exact, since σ(x) = ½ + ½·tanh(x/2).
 */
public final class LayerPanels {
  private static final int CANDIDATE = 2;

  private LayerPanels() {}

  static String rowsName(int layer) {
    return "layer." + layer + ".inputs";
  }

  static String inputName(int layer) {
    return "layer." + layer + ".input";
  }

  static String biasName(int layer) {
    return "layer." + layer + ".bias";
  }

  static String recurrentName(int layer) {
    return "layer." + layer + ".recurrent";
  }

  /**
   * Adds the tensors of a layer that takes vectors: {@code layer.N.bias}, {@code layer.N.input} and
   * {@code layer.N.recurrent}.
   *
   * @param writer the writer of the weight file
   * @param layer the number N of the layer, 0 for the lowest
   * @param weights its weights
   */
  public static void add(WeightFileWriter writer, int layer, LayerWeights weights) {
    int groups = LstmLayer.groups(weights.hiddenSize());
    writer.tensor(
        biasName(layer),
        DataType.F32,
        output -> putPanels(output, weights.bias(), weights.hiddenSize(), 1),
        groups,
        Kernels.GATES,
        Kernels.LANES);
    writer.tensor(
        inputName(layer),
        DataType.F32,
        output -> putPanels(output, weights.input(), weights.hiddenSize(), weights.inputSize()),
        groups,
        weights.inputSize(),
        Kernels.GATES,
        Kernels.LANES);
    addRecurrent(writer, layer, weights);
  }

  /** Adds the tensors of the lowest layer with a row of folded inputs per item. */
  static void addFolded(WeightFileWriter writer, LayerWeights weights, float[] embedding) {
    int items = embedding.length / weights.inputSize();
    writer.tensor(
        rowsName(0),
        DataType.F32,
        output -> {
          for (int item = 0; item < items; item++) {
            putItem(output, weights, embedding, item);
          }
        },
        items,
        LstmLayer.groups(weights.hiddenSize()),
        Kernels.GATES,
        Kernels.LANES);
    addRecurrent(writer, 0, weights);
  }

  private static void addRecurrent(WeightFileWriter writer, int layer, LayerWeights weights) {
    int hiddenSize = weights.hiddenSize();
    writer.tensor(
        recurrentName(layer),
        DataType.F32,
        output -> putPanels(output, weights.recurrent(), hiddenSize, hiddenSize),
        LstmLayer.groups(hiddenSize),
        hiddenSize,
        Kernels.GATES,
        Kernels.LANES);
  }

  private static void putPanels(TensorOutput output, float[] matrix, int hiddenSize, int inputs)
      throws IOException {
    for (int first = 0; first < hiddenSize; first += Kernels.LANES) {
      for (int input = 0; input < inputs; input++) {
        for (int gate = 0; gate < Kernels.GATES; gate++) {
          for (int unit = first; unit < first + Kernels.LANES; unit++) {
            output.putFloat(
                unit < hiddenSize
                    ? scale(gate) * matrix[(gate * hiddenSize + unit) * inputs + input]
                    : 0);
          }
        }
      }
    }
  }

  private static void putItem(
      TensorOutput output, LayerWeights weights, float[] embedding, int item) throws IOException {
    int hiddenSize = weights.hiddenSize();
    for (int first = 0; first < hiddenSize; first += Kernels.LANES) {
      for (int gate = 0; gate < Kernels.GATES; gate++) {
        for (int unit = first; unit < first + Kernels.LANES; unit++) {
          output.putFloat(
              unit < hiddenSize
                  ? scale(gate) * (float) input(weights, gate * hiddenSize + unit, embedding, item)
                  : 0);
        }
      }
    }
  }

  /** Sums b + W·embedding in double precision. */
  private static double input(LayerWeights weights, int row, float[] embedding, int item) {
    int size = weights.inputSize();
    double sum = weights.bias()[row];
    for (int i = 0; i < size; i++) {
      sum += (double) weights.input()[row * size + i] * embedding[item * size + i];
    }
    return sum;
  }

  private static float scale(int gate) {
    return gate == CANDIDATE ? 1 : 0.5f;
  }
}
