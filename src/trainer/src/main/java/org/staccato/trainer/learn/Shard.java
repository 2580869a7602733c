package org.staccato.trainer.learn;

import java.util.Arrays;
import org.staccato.trainer.kernel.Elements;

/**
 * The share of one thread: some of the lanes, their layers' states, and a gradient of all weights.
 * Confined to one thread at a time.
 */
final class Shard {
  private final Layout layout;
  private final TrainingOptions options;
  private final LstmLayer[] layers;
  private final OutputLayer output;
  private final float[] embedded;
  private final float[] dEmbedded;

  final Window window;
  final float[] gradient;

  /** The sum of the last window's losses, in nats. */
  double loss;

  Shard(Layout layout, TrainingOptions options, int lanes) {
    this.layout = layout;
    this.options = options;
    window = new Window(lanes, options.window());
    gradient = new float[layout.size()];
    layers = new LstmLayer[layout.layers()];
    for (int layer = 0; layer < layers.length; layer++) {
      layers[layer] = new LstmLayer(layout, layer, lanes, options.window());
    }
    output = new OutputLayer(layout);
    embedded = new float[window.inputs.length * layout.embeddingWidth()];
    dEmbedded = new float[embedded.length];
  }

  /**
   * Adds the gradient of the window's loss to {@link #gradient}.
   *
   * @param share the weight of one target in the loss
   * @param seed decides what dropout drops
   */
  void run(float[] weights, TransposedWeights transposed, float share, int seed) {
    embed(weights);
    dropout(embedded, layout.embeddingWidth(), options.embeddingDropout(), seed);
    for (int layer = 0; layer < layers.length; layer++) {
      layers[layer].forward(weights, input(layer), window);
      dropout(layers[layer].hidden, layout.hiddenWidth(layer), dropout(layer), seed + layer + 1);
    }
    LstmLayer top = layers[layers.length - 1];
    loss = output.run(weights, transposed, gradient, window, top.hidden, top.dHidden, share);
    for (int layer = layers.length - 1; layer >= 0; layer--) {
      dropout(layers[layer].dHidden, layout.hiddenWidth(layer), dropout(layer), seed + layer + 1);
      float[] dInput = layer == 0 ? dEmbedded : layers[layer - 1].dHidden;
      layers[layer].backward(transposed, gradient, input(layer), dInput, window);
    }
    dropout(dEmbedded, layout.embeddingWidth(), options.embeddingDropout(), seed);
    addEmbeddingGradient();
  }

  private float[] input(int layer) {
    return layer == 0 ? embedded : layers[layer - 1].hidden;
  }

  private float dropout(int layer) {
    return layer == layers.length - 1 ? options.hiddenDropout() : options.inputDropout();
  }

  private void dropout(float[] values, int width, float probability, int seed) {
    drop(values, window.rows() * width, probability, seed);
  }

  /**
   * Drops the same elements for the same seed; seeds that are neighbours have nothing in common.
   */
  static void drop(float[] values, int count, float probability, int seed) {
    if (probability > 0) {
      Elements.dropout(values, 0, count, probability, seed * 0x9e3779b1);
    }
  }

  private void embed(float[] weights) {
    int width = layout.embeddingWidth();
    for (int row = 0; row < window.rows(); row++) {
      int item = window.inputs[row];
      if (item == Window.NONE) {
        Arrays.fill(embedded, row * width, (row + 1) * width, 0f);
      } else {
        System.arraycopy(weights, item * width, embedded, row * width, width);
      }
    }
  }

  private void addEmbeddingGradient() {
    int width = layout.embeddingWidth();
    for (int row = 0; row < window.rows(); row++) {
      if (window.inputs[row] != Window.NONE) {
        Elements.multiplyAdd(
            1f, dEmbedded, row * width, gradient, window.inputs[row] * width, width);
      }
    }
  }
}
