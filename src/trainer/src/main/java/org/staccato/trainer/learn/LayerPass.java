package org.staccato.trainer.learn;

import java.util.List;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Parameter;
import org.staccato.model.Residual;

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

    /** The layer. */
    Layer layer();

    /** Says how a parameter of the layer is stored. */
    ParameterLayout layout(Parameter parameter);

    /** The number of values that the widest of a pass's arrays has for a row of a window. */
    long widestRow();

    /**
     * Whether dropout acts on the output where another layer takes it. It acts where something is
     * computed, and neither on what goes around that nor once more after a normalisation.
     */
    default boolean dropped() {
      return true;
    }

    /**
     * Makes a pass with scratch of its own.
     *
     * @param number the number of the layer, 0 for the lowest
     * @param taken what the layers up to this one take, from the lowest: the last is its own input
     * @param window the window that each pass is about
     */
    LayerPass newPass(ParameterArray parameters, int number, List<Rows> taken, Window window);
  }

  /** Finds out how a layer is learnt. */
  static Factory factory(Layer layer) {
    return switch (layer) {
      case Lstm lstm -> new LstmPass.Factory(lstm);
      case Gru gru -> new GruPass.Factory(gru);
      case LayerNorm norm -> new LayerNormPass.Factory(norm);
      case FeedForward network -> new FeedForwardPass.Factory(network);
      case Residual residual -> new ResidualPass.Factory(residual);
    };
  }
}
