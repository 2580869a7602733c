package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.List;
import org.staccato.model.Residual;

/**
 * The passes of consecutive layers, with dropout of their outputs and the gradients of the residual
 * connections around them. Confined to one thread at a time.
 */
final class StackPass {
  private final List<LayerPass> layers = new ArrayList<>();
  private final Window window;
  private final float[] dropout;

  /** For each layer the residual connections that add its input. */
  private final List<List<ResidualPass>> around = new ArrayList<>();

  /**
   * Makes passes with scratch of their own.
   *
   * @param factories the layers, from the lowest upwards
   * @param dropout acts on the output of the last layer and of those in between that say so
   * @param input the input of the lowest layer
   */
  StackPass(
      ParameterArray parameters,
      List<LayerPass.Factory> factories,
      Dropout dropout,
      Rows input,
      Window window) {
    this.window = window;
    this.dropout = new float[factories.size()];
    List<Rows> taken = new ArrayList<>(List.of(input));
    for (int number = 0; number < factories.size(); number++) {
      LayerPass.Factory factory = factories.get(number);
      LayerPass layer = factory.newPass(parameters, number, taken, window);
      layers.add(layer);
      taken.add(layer.output());
      around.add(new ArrayList<>());
      this.dropout[number] = dropout.after(factory, number == factories.size() - 1);
      if (layer instanceof ResidualPass residual && factory.layer() instanceof Residual described) {
        around.get(number - described.span()).add(residual);
      }
    }
  }

  /** The output of the last layer. */
  Rows output() {
    return layers.getLast().output();
  }

  /**
   * Sets the output for the rows of the window.
   *
   * @param seed selects the elements that dropout drops; the seeds after it, one for each layer,
   *     too
   */
  void forward(LearntWeights weights, int seed) {
    for (int number = 0; number < layers.size(); number++) {
      Rows rows = layers.get(number).output();
      layers.get(number).forward(weights);
      drop(rows.values(), rows, number, seed);
    }
  }

  /**
   * Adds the gradients of all parameters, given that of the output, and sets that of the input.
   *
   * @param gradient the gradient of all weights
   * @param seed that of the forward pass
   */
  void backward(LearntWeights weights, float[] gradient, int seed) {
    for (int number = layers.size() - 1; number >= 0; number--) {
      Rows rows = layers.get(number).output();
      drop(rows.gradient(), rows, number, seed);
      layers.get(number).backward(weights, gradient);
      around.get(number).forEach(ResidualPass::backwardAround);
    }
  }

  private void drop(float[] values, Rows rows, int number, int seed) {
    Dropout.drop(values, window.rows() * rows.width(), dropout[number], seed + number);
  }
}
