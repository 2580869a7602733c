package org.staccato.model;

import java.util.List;

/**
 * A head of a network: computes an answer from the output of the last layer, or from the user's
 * last events. Each head has its own name.
 */
public sealed interface Head permits NeighbourMemory, Prediction, Ranking {

  /** The weights of its linear layer, a row for each output. */
  String WEIGHTS = "weights";

  /** A bias for each output. */
  String BIAS = "bias";

  /** {@return the name, a lower-case letter and up to 31 letters, digits and hyphens} */
  String name();

  /** {@return the width of the vector that it takes, 0 if it takes none} */
  int inputs();

  /** {@return the number of sums that it computes} */
  int outputs();

  /** {@return its parameters, with their names within the head} */
  List<Parameter> parameters();
}
