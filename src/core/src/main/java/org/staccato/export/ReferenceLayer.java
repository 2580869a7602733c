package org.staccato.export;

import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
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
    Layer layer = weights.specification().layers().get(number);
    return switch (layer) {
      case Lstm lstm -> new ReferenceLstm(weights, number, lstm);
      case Gru gru -> new ReferenceGru(weights, number, gru);
      case LayerNorm norm -> new ReferenceLayerNorm(weights, number);
    };
  }

  /**
   * Takes a vector.
   *
   * @param x the vector, as long as the layer's input is wide
   * @return the output of the layer
   */
  double[] step(double[] x);

  /**
   * Returns a field of the state.
   *
   * @param name the name of the field, one of {@link Layer#state}
   * @return its elements: the next step reads and changes them
   */
  double[] field(String name);
}
