package org.staccato.model;

import java.util.List;

/**
 * A layer of a network: maps a vector to a vector, and may carry a state from step to step.
 *
 * <p>A layer is described here once. The core has a step for each kind, the trainer a pass, and the
 * reference network the formulas in double precision; each of them switches over these kinds, so
 * that the compiler finds the missing parts of a new kind. Layers stand in a list; a {@link
 * Residual} says how far it reaches down in it.
 */
public sealed interface Layer
    permits Attention, Convolution, FeedForward, LayerNorm, RecurrentLayer, Residual {

  /** {@return the width of the vector that it takes, 1 to {@link ModelSpecification#SIZE_LIMIT}} */
  int inputs();

  /** {@return the width of the vector that it gives, 1 to {@link ModelSpecification#SIZE_LIMIT}} */
  int width();

  /** {@return its parameters, in the order of a weight file, with their names within the layer} */
  List<Parameter> parameters();

  /** {@return the fields that it carries from step to step, in the order of a serialised state} */
  List<StateField> state();
}
