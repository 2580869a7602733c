package org.staccato.trainer.learn;

import java.util.List;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Parameter;
import org.staccato.model.Residual;

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

    /** Returns the layer. */
    Layer layer();

    /** Returns the storage of a parameter of the layer. */
    ParameterLayout layout(Parameter parameter);

    /** Returns the number of values per row of a window in the widest array of a pass. */
    long widestRow();

    /**
     * Returns whether dropout acts on the output where another layer takes it. It acts on the
     * results of products, not on the vectors that go around them, and not again after a
     * normalisation.
     */
    default boolean dropped() {
      return true;
    }

    /**
     * Makes a pass with scratch of its own.
     *
     * @param number the number of the layer, 0 for the lowest
     * @param taken the inputs of the layers up to this one, from the lowest: the last is its own
     * @param window the window of each pass
     */
    LayerPass newPass(ParameterArray parameters, int number, List<Rows> taken, Window window);
  }

  /** Selects the way to learn a layer. */
  static Factory factory(Layer layer) {
    return switch (layer) {
      case Lstm lstm -> new LstmPass.Factory(lstm);
      case Gru gru -> new GruPass.Factory(gru);
      case LayerNorm norm -> new LayerNormPass.Factory(norm);
      case FeedForward network -> new FeedForwardPass.Factory(network);
      case Convolution convolution -> new ConvolutionPass.Factory(convolution);
      case Attention attention -> new AttentionPass.Factory(attention);
      case Residual residual -> new ResidualPass.Factory(residual);
    };
  }
}
