package org.staccato.network;

/**
 * The weights of one LSTM layer as a trainer holds them: row-major, unpadded, gates stacked in the
 * order input, forget, candidate, output (PyTorch's {@code i, f, g, o}).
 *
 * <p>The arrays are not copied; the caller owns them and must not change them while they are being
 * exported.
 *
 * @param inputSize the width D of the layer's input, at least 1
 * @param hiddenSize the number H of hidden units, at least 1
 * @param input 4H × D weights of the input
 * @param recurrent 4H × H weights of the previous hidden state
 * @param bias 4H biases
 */
public record LayerWeights(
    int inputSize, int hiddenSize, float[] input, float[] recurrent, float[] bias) {

  /** The number of gates of an LSTM cell. */
  public static final int GATES = 4;

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
    requireLength("input", input, (long) GATES * hiddenSize * inputSize);
    requireLength("recurrent", recurrent, (long) GATES * hiddenSize * hiddenSize);
    requireLength("bias", bias, (long) GATES * hiddenSize);
  }

  private static void requireLength(String name, float[] values, long expected) {
    if (values.length != expected) {
      throw new IllegalArgumentException(
          name + " weights: found " + values.length + " values, expected " + expected);
    }
  }
}
