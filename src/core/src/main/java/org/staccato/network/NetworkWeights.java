package org.staccato.network;

import java.util.List;

/**
 * The weights of a next-item network as a trainer holds them: an embedding row per item, a stack of
 * recurrent layers, and an output layer that scores every item of the catalogue.
 *
 * <p>Nothing is copied; the caller owns the matrices and arrays and must not change them while they
 * are being exported.
 *
 * @param embedding a row per item, at least one; its columns are the inputs of the first layer
 * @param layers the layers from the input upwards, at least one; each takes the hidden state of the
 *     one below
 * @param output a row per item; its columns are the hidden units of the last layer. The same object
 *     as {@code embedding} when the output is tied to it
 * @param outputBias one bias per item
 */
public record NetworkWeights(
    FloatMatrix embedding, List<LayerWeights> layers, FloatMatrix output, float[] outputBias) {

  /**
   * Checks that the sizes of the parts fit each other.
   *
   * @throws IllegalArgumentException if they do not
   */
  public NetworkWeights {
    layers = List.copyOf(layers);
    int items = embedding.rows();
    if (items < 1) {
      throw new IllegalArgumentException("items: found " + items + ", expected at least 1");
    }
    int width = requireStack(layers);
    if (layers.getFirst().inputSize() != embedding.columns()) {
      throw new IllegalArgumentException(
          "layer input size: found "
              + layers.getFirst().inputSize()
              + ", expected "
              + embedding.columns());
    }
    if (output.rows() != items || output.columns() != width) {
      throw new IllegalArgumentException(
          "output: found %d × %d values, expected %d × %d"
              .formatted(output.rows(), output.columns(), items, width));
    }
    requireLength("output bias", outputBias, items);
  }

  /**
   * Holds weights that lie in arrays.
   *
   * @param items the number of items in the catalogue, at least 1
   * @param embeddingSize the width of an item's embedding, equal to the input size of the first
   *     layer
   * @param embedding items × embeddingSize, row-major
   * @param layers the layers from the input upwards, at least one; each takes the hidden state of
   *     the one below
   * @param output items × hidden size of the last layer, row-major; the same array as {@code
   *     embedding} when the output is tied to it
   * @param outputBias one bias per item
   * @throws IllegalArgumentException if the sizes of the parts do not fit each other
   */
  public NetworkWeights(
      int items,
      int embeddingSize,
      float[] embedding,
      List<LayerWeights> layers,
      float[] output,
      float[] outputBias) {
    this(
        matrix("embedding", embedding, items, embeddingSize),
        layers,
        embedding,
        output,
        outputBias);
  }

  private NetworkWeights(
      FloatMatrix matrix,
      List<LayerWeights> layers,
      float[] embedding,
      float[] output,
      float[] outputBias) {
    this(
        matrix,
        layers,
        isSame(embedding, output)
            ? matrix
            : matrix("output", output, matrix.rows(), requireStack(layers)),
        outputBias);
  }

  @SuppressWarnings("ReferenceEquality") // Tied means one array, not equal values.
  private static boolean isSame(float[] one, float[] other) {
    return one == other;
  }

  private static FloatMatrix matrix(String name, float[] values, int rows, int columns) {
    requireLength(name, values, (long) rows * columns);
    return FloatMatrix.of(values, columns);
  }

  /** {@return the number of items in the catalogue} */
  public int items() {
    return embedding.rows();
  }

  /** {@return the width of an item's embedding} */
  public int embeddingSize() {
    return embedding.columns();
  }

  /** {@return whether the output layer shares the embedding's matrix} */
  @SuppressWarnings("ReferenceEquality") // Tied means one matrix, not equal values.
  public boolean tied() {
    return output == embedding;
  }

  /** {@return the number of hidden units of the last layer} */
  public int hiddenSize() {
    return layers.getLast().hiddenSize();
  }

  /** Checks that layers fit on each other, and returns the hidden size of the last. */
  static int requireStack(List<LayerWeights> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers: found none, expected at least 1");
    }
    int width = layers.getFirst().inputSize();
    for (LayerWeights layer : layers) {
      if (layer.inputSize() != width) {
        throw new IllegalArgumentException(
            "layer input size: found " + layer.inputSize() + ", expected " + width);
      }
      if (layer.cell() != layers.getFirst().cell()) {
        throw new IllegalArgumentException(
            "cell: found " + layer.cell() + ", expected " + layers.getFirst().cell());
      }
      width = layer.hiddenSize();
    }
    return width;
  }

  static void requireLength(String name, float[] values, long expected) {
    if (values.length != expected) {
      throw new IllegalArgumentException(
          name + ": found " + values.length + " values, expected " + expected);
    }
  }
}
