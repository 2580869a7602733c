package org.staccato.network;

import java.util.List;
import org.staccato.model.ModelSpecification.Activation;

/**
 * The weights of a network that predicts from feature vectors, as a trainer holds them: a stack of
 * recurrent layers and a linear layer on top.
 *
 * <p>The arrays are not copied; the caller owns them and must not change them while they are being
 * exported.
 *
 * @param layers the layers from the input upwards, at least one, all of one cell; each takes the
 *     hidden state of the one below
 * @param activation what is applied to the sums of the linear layer
 * @param output outputs × hidden size of the last layer, row-major
 * @param outputBias one bias per output, at least one
 */
public record PredictionWeights(
    List<LayerWeights> layers, Activation activation, float[] output, float[] outputBias) {

  /**
   * Checks that the sizes of the parts fit each other.
   *
   * @throws IllegalArgumentException if they do not
   */
  public PredictionWeights {
    layers = List.copyOf(layers);
    int width = NetworkWeights.requireStack(layers);
    if (outputBias.length < 1) {
      throw new IllegalArgumentException("outputs: found none, expected at least 1");
    }
    NetworkWeights.requireLength("output", output, (long) outputBias.length * width);
  }

  /** The output's weights, a row per output. */
  FloatMatrix outputMatrix() {
    return FloatMatrix.of(output, layers.getLast().hiddenSize());
  }
}
