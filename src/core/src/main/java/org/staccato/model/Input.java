package org.staccato.model;

import java.util.List;

/** The input of a network at each step. */
public sealed interface Input permits FeatureInput, ItemInput {

  /** {@return the width of the vector that the lowest layer takes} */
  int width();

  /**
   * Returns its parameters.
   *
   * @param lowest the lowest recurrent layer, whose sums take the attributes of events
   * @return the parameters, with their names within the input
   */
  List<Parameter> parameters(RecurrentLayer lowest);
}
