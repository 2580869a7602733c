package org.staccato.network;

import org.staccato.model.ModelSpecification.Cell;

/**
 * The weights of one recurrent layer as a trainer holds them: row-major, unpadded, gates stacked in
 * PyTorch's order: input, forget, candidate, output ({@code i, f, g, o}) for an LSTM; reset,
 * update, candidate ({@code r, z, n}) for a GRU. With G gates, D inputs and H hidden units:
 *
 * <p>The arrays are not copied; the caller owns them and must not change them while they are being
 * exported.
 *
 * @param cell the kind of cell
 * @param inputSize the width D of the layer's input, at least 1
 * @param hiddenSize the number H of hidden units, at least 1
 * @param input G·H × D weights of the input
 * @param recurrent G·H × H weights of the previous hidden state
 * @param bias G·H biases; where a framework has one for the input and one for the hidden state,
 *     their sum, but for a GRU's candidate the input's
 * @param resetBias for a GRU the H biases of the candidate's recurrent product, which the reset
 *     gate scales with it; for an LSTM none
 */
public record LayerWeights(
    Cell cell,
    int inputSize,
    int hiddenSize,
    float[] input,
    float[] recurrent,
    float[] bias,
    float[] resetBias) {

  private static final float[] NONE = {};

  /**
   * Checks the lengths of the arrays against the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1 or a length does not follow from them
   */
  public LayerWeights {
    if (inputSize < 1 || hiddenSize < 1) {
      throw new IllegalArgumentException(
          "layer sizes must be at least 1: inputs " + inputSize + ", hidden units " + hiddenSize);
    }
    long rows = (long) cell.gates() * hiddenSize;
    requireLength("input weights", input, rows * inputSize);
    requireLength("recurrent weights", recurrent, rows * hiddenSize);
    requireLength("bias", bias, rows);
    requireLength("reset bias", resetBias, cell == Cell.GRU ? hiddenSize : 0);
  }

  /**
   * Holds the weights of an LSTM layer.
   *
   * @param inputSize the width D of the layer's input, at least 1
   * @param hiddenSize the number H of hidden units, at least 1
   * @param input 4H × D weights of the input
   * @param recurrent 4H × H weights of the previous hidden state
   * @param bias 4H biases
   * @throws IllegalArgumentException if a size is below 1 or a length does not follow from them
   */
  public LayerWeights(
      int inputSize, int hiddenSize, float[] input, float[] recurrent, float[] bias) {
    this(Cell.LSTM, inputSize, hiddenSize, input, recurrent, bias, NONE);
  }

  private static void requireLength(String name, float[] values, long expected) {
    if (values.length != expected) {
      throw new IllegalArgumentException(
          name + ": found " + values.length + " values, expected " + expected);
    }
  }
}
