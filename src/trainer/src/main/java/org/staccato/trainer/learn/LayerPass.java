package org.staccato.trainer.learn;

import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Parameter;

/**
 * A layer while it is learnt: forward over a window and back, with the scratch of both. It carries
 * the state of each stream from window to window. Confined to one thread at a time.
 */
interface LayerPass {

  /** What the layer gives to the one above. */
  Rows output();

  /** Sets the output for the rows of the window. */
  void forward(LearntWeights weights);

  /**
   * Adds the gradients of the layer's parameters over the last window, given the gradient of the
   * output, and sets the gradient of the input.
   *
   * @param gradient the gradient of all weights
   */
  void backward(LearntWeights weights, float[] gradient);

  /** How a layer is learnt. */
  interface Factory {

    /** Says how a parameter of the layer is stored. */
    ParameterLayout layout(Parameter parameter);

    /** The number of values that the widest of a pass's arrays has for a row of a window. */
    long widestRow();

    /**
     * Makes a pass with scratch of its own.
     *
     * @param number the number of the layer, 0 for the lowest
     * @param input what the layer takes
     * @param window the window that each pass is about
     */
    LayerPass newPass(ParameterArray parameters, int number, Rows input, Window window);
  }

  /**
   * Finds out how a layer is learnt.
   *
   * @param number the number of the layer, for messages
   * @throws IllegalArgumentException if the trainer has no pass for its kind
   */
  static Factory factory(int number, Layer layer) {
    return switch (layer) {
      case Lstm lstm -> new LstmPass.Factory(lstm);
      case LayerNorm norm -> new LayerNormPass.Factory(norm);
      case Gru gru ->
          throw new IllegalArgumentException(
              "layer "
                  + number
                  + ": found a GRU of "
                  + gru.units()
                  + " units, expected an LSTM: the trainer has no backward pass for GRUs");
    };
  }
}
