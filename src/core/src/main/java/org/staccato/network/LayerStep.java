package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.FeedForward;
import org.staccato.model.Gru;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.Residual;

/**
 * One layer over a weight file: advances its fields of a state, and turns the vector from below
 * into the one that the layer above takes. Immutable and thread-safe.
 */
interface LayerStep {

  /** Opens the step of a layer. */
  static LayerStep open(Layer layer, LayerPlace place) throws ModelRejectedException {
    return switch (layer) {
      case Lstm lstm -> LstmStep.open(lstm, place);
      case Gru gru -> GruStep.open(gru, place);
      case LayerNorm norm -> LayerNormStep.open(norm, place);
      case FeedForward network -> FeedForwardStep.open(network, place);
      case Convolution convolution -> ConvolutionStep.open(convolution, place);
      case Attention attention -> AttentionStep.open(attention, place);
      case Residual residual -> new ResidualStep(place.kept());
    };
  }

  /** The bytes of the sums that {@link #prepare(Kernels, MemorySegment)} computes; 0 for none. */
  long recurrentSumBytes();

  /** The bytes of sums that a step keeps apart from the recurrent ones; 0 for none. */
  long inputSumBytes();

  /** Computes the part of the next step that does not depend on its input, into the state. */
  void prepare(Kernels kernels, MemorySegment state);

  /** Reads the vector that the scratch points to, and sets the scratch to the layer's output. */
  void step(Kernels kernels, StepScratch scratch);

  /** Does for many states what {@link #prepare(Kernels, MemorySegment)} does for one. */
  void prepare(LayerBatch batch, int count);

  /** Takes one step of many states, and replaces their vectors by the layer's outputs. */
  void step(LayerBatch batch, int count);

  /** Takes consecutive steps of one state, and replaces their vectors by the layer's outputs. */
  void window(LayerBatch batch, MemorySegment state, int steps);
}
