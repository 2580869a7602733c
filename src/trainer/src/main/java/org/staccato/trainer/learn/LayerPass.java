package org.staccato.trainer.learn;

import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Parameter;

/**
 * The forward and backward pass of a layer over a window, with the scratch memory of both. It
 * carries the state of each stream from window to window. Confined to one thread at a time.
 */
interface LayerPass {

  /** Returns the output, which is the input of the layer above. */
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

  /** Describes how the trainer learns a layer. */
  interface Factory {

    /** Returns the storage of a parameter of the layer. */
    ParameterLayout layout(Parameter parameter);

    /** Returns the number of values per row of a window in the widest array of a pass. */
    long widestRow();

    /**
     * Makes a pass with scratch of its own.
     *
     * @param number the number of the layer, 0 for the lowest
     * @param input the input of the layer
     * @param window the window of each pass
     */
    LayerPass newPass(ParameterArray parameters, int number, Rows input, Window window);
  }

  /**
   * Selects the way to learn a layer.
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
