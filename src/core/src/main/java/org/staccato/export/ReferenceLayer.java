package org.staccato.export;

import java.util.List;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Residual;
import org.staccato.model.Weights;

/**
 * One layer in double precision over the unpacked weights, straight from its formulas. Slow;
 * confined to one thread.
 */
public interface ReferenceLayer {

  /**
   * Makes a layer at the start of a sequence.
   *
   * @param weights the weights of its network, which are read at each step
   * @param number the number of the layer, 0 for the lowest
   * @return the layer
   */
  static ReferenceLayer of(Weights weights, int number) {
    ModelSpecification specification = weights.specification();
    Layer layer = specification.layers().get(number);
    if (!specification.attributes().isEmpty() && number == specification.lowestRecurrentNumber()) {
      return new ReferenceEventLayer(weights, number);
    }
    return switch (layer) {
      case Lstm lstm ->
          new ReferenceLstm(weights, number, lstm, weights.ofLayer(number, Lstm.INPUT));
      case Gru gru -> new ReferenceGru(weights, number, gru, weights.ofLayer(number, Gru.INPUT));
      case LayerNorm norm -> new ReferenceLayerNorm(weights, number);
      case FeedForward network -> new ReferenceFeedForward(weights, number, network);
      case Convolution convolution -> new ReferenceConvolution(weights, number, convolution);
      case Attention attention -> new ReferenceAttention(weights, number, attention);
      case Residual residual -> new ReferenceResidual(residual);
    };
  }

  /**
   * Takes a vector.
   *
   * @param taken the vectors that the layers of the network take at this step, from the lowest up
   *     to this one: the last is this layer's own, and a residual connection adds an earlier one
   * @return the output of the layer, a new vector
   */
  double[] step(List<double[]> taken);

  /**
   * Returns a field of the state.
   *
   * @param name the name of the field, one of {@link Layer#state}
   * @return its elements: the next step reads and changes them
   * @throws java.util.NoSuchElementException if the layer has no state
   */
  double[] field(String name);
}
