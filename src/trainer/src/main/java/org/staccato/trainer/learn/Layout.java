package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.network.LayerWeights;
import org.staccato.network.NetworkWeights;
import org.staccato.trainer.kernel.Matrix;

/**
 * Where each weight lies in one flat array; weights, gradients and the moments of Adam share it.
 *
 * <p>First the matrices (embedding, output if not tied, per layer input and recurrent weights),
 * which may decay, then the biases, which do not. Widths and the number of item rows are padded to
 * {@link Matrix#PADDING}; padding stays 0 for ever, since its gradient is 0. Layer matrices lie
 * transposed, inputs × four gate blocks, so that they are the right operand of the forward product.
 */
final class Layout {

  /** The bias of the item rows that are padding: their probability is exactly 0. */
  private static final float NEVER = -1e30f;

  private static final int GATES = Cell.LSTM.gates();

  private final NetworkShape shape;
  private final int[] inputAt;
  private final int[] recurrentAt;
  private final int[] biasAt;
  private final int outputAt;
  private final int outputBiasAt;
  private final int matrices;
  private final int size;

  /**
   * @throws IllegalArgumentException if the weights do not fit one array
   */
  Layout(NetworkShape shape) {
    this.shape = shape;
    int layers = shape.hiddenSizes().size();
    inputAt = new int[layers];
    recurrentAt = new int[layers];
    biasAt = new int[layers];
    try {
      int at = Math.multiplyExact(paddedItems(), embeddingWidth());
      outputAt = shape.tied() ? 0 : at;
      if (!shape.tied()) {
        at = Math.addExact(at, Math.multiplyExact(paddedItems(), hiddenWidth(layers - 1)));
      }
      for (int layer = 0; layer < layers; layer++) {
        int gates = Math.multiplyExact(GATES, hiddenWidth(layer));
        inputAt[layer] = at;
        at = Math.addExact(at, Math.multiplyExact(inputWidth(layer), gates));
        recurrentAt[layer] = at;
        at = Math.addExact(at, Math.multiplyExact(hiddenWidth(layer), gates));
      }
      matrices = at;
      for (int layer = 0; layer < layers; layer++) {
        biasAt[layer] = at;
        at = Math.addExact(at, GATES * hiddenWidth(layer));
      }
      outputBiasAt = at;
      size = Math.addExact(at, paddedItems());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "the network has more than 2³¹ weights: " + shape + "; choose smaller sizes", e);
    }
  }

  NetworkShape shape() {
    return shape;
  }

  int layers() {
    return inputAt.length;
  }

  int size() {
    return size;
  }

  /** The number of leading weights that may decay. */
  int matrices() {
    return matrices;
  }

  int paddedItems() {
    return Matrix.padded(shape.items());
  }

  int embeddingWidth() {
    return Matrix.padded(shape.embeddingSize());
  }

  int inputWidth(int layer) {
    return layer == 0 ? embeddingWidth() : hiddenWidth(layer - 1);
  }

  int hiddenWidth(int layer) {
    return Matrix.padded(shape.hiddenSizes().get(layer));
  }

  int outputWidth() {
    return hiddenWidth(layers() - 1);
  }

  Matrix input(float[] values, int layer) {
    return Matrix.of(values, inputAt[layer], inputWidth(layer), GATES * hiddenWidth(layer));
  }

  Matrix recurrent(float[] values, int layer) {
    return Matrix.of(values, recurrentAt[layer], hiddenWidth(layer), GATES * hiddenWidth(layer));
  }

  Matrix output(float[] values) {
    return Matrix.of(values, outputAt, paddedItems(), outputWidth());
  }

  int biasAt(int layer) {
    return biasAt[layer];
  }

  int outputAt() {
    return outputAt;
  }

  int outputBiasAt() {
    return outputBiasAt;
  }

  /**
   * Fresh weights: embedding and output normal with deviation scale/√width (at 1 the fan-in rule of
   * Y. LeCun et al., 1998), layers uniform in ±1/√hidden, forget biases 1 (F. Gers et al., 2000; R.
   * Jozefowicz et al., 2015), all other biases 0.
   */
  float[] initialise(long seed, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size];
    normal(values, 0, embeddingWidth(), shape.embeddingSize(), scale, random);
    if (!shape.tied()) {
      normal(values, outputAt, outputWidth(), shape.hiddenSizes().getLast(), scale, random);
    }
    for (int layer = 0; layer < layers(); layer++) {
      int hidden = shape.hiddenSizes().get(layer);
      int inputs = layer == 0 ? shape.embeddingSize() : shape.hiddenSizes().get(layer - 1);
      double bound = 1 / Math.sqrt(hidden);
      uniform(values, inputAt[layer], inputs, layer, bound, random);
      uniform(values, recurrentAt[layer], hidden, layer, bound, random);
      for (int unit = 0; unit < hidden; unit++) {
        values[biasAt[layer] + hiddenWidth(layer) + unit] = 1;
      }
    }
    for (int item = shape.items(); item < paddedItems(); item++) {
      values[outputBiasAt + item] = NEVER;
    }
    return values;
  }

  private void normal(
      float[] values, int at, int stride, int width, double scale, SplittableRandom random) {
    double deviation = scale / Math.sqrt(width);
    for (int item = 0; item < shape.items(); item++) {
      for (int column = 0; column < width; column++) {
        values[at + item * stride + column] = (float) (deviation * random.nextGaussian());
      }
    }
  }

  private void uniform(
      float[] values, int at, int rows, int layer, double bound, SplittableRandom random) {
    int width = hiddenWidth(layer);
    for (int row = 0; row < rows; row++) {
      for (int gate = 0; gate < GATES; gate++) {
        for (int unit = 0; unit < shape.hiddenSizes().get(layer); unit++) {
          values[at + (row * GATES + gate) * width + unit] =
              (float) random.nextDouble(-bound, bound);
        }
      }
    }
  }

  /** The weights without padding, in the order of the core; copies. */
  NetworkWeights export(float[] values) {
    List<LayerWeights> exported = new ArrayList<>();
    for (int layer = 0; layer < layers(); layer++) {
      int hidden = shape.hiddenSizes().get(layer);
      int inputs = layer == 0 ? shape.embeddingSize() : shape.hiddenSizes().get(layer - 1);
      exported.add(
          new LayerWeights(
              inputs,
              hidden,
              gateRows(values, inputAt[layer], inputs, layer),
              gateRows(values, recurrentAt[layer], hidden, layer),
              gateRows(values, biasAt[layer], 1, layer)));
    }
    float[] embedding = itemRows(values, 0, embeddingWidth(), shape.embeddingSize());
    float[] output =
        shape.tied()
            ? embedding
            : itemRows(values, outputAt, outputWidth(), shape.hiddenSizes().getLast());
    float[] outputBias = itemRows(values, outputBiasAt, 1, 1);
    return new NetworkWeights(
        shape.items(), shape.embeddingSize(), embedding, exported, output, outputBias);
  }

  private float[] gateRows(float[] values, int at, int inputs, int layer) {
    int hidden = shape.hiddenSizes().get(layer);
    int width = hiddenWidth(layer);
    float[] rows = new float[GATES * hidden * inputs];
    for (int gate = 0; gate < GATES; gate++) {
      for (int unit = 0; unit < hidden; unit++) {
        for (int input = 0; input < inputs; input++) {
          rows[(gate * hidden + unit) * inputs + input] =
              values[at + (input * GATES + gate) * width + unit];
        }
      }
    }
    return rows;
  }

  private float[] itemRows(float[] values, int at, int stride, int width) {
    float[] rows = new float[shape.items() * width];
    for (int item = 0; item < shape.items(); item++) {
      System.arraycopy(values, at + item * stride, rows, item * width, width);
    }
    return rows;
  }
}
