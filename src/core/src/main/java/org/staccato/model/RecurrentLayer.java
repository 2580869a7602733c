package org.staccato.model;

/**
 * A layer of gates over its input and its hidden state; its output is the hidden state. The rows of
 * its parameters are the gates, one after the other; each gate has a row for a hidden unit.
 */
public sealed interface RecurrentLayer extends Layer permits Gru, Lstm {

  /** The weights of the input, gates × units rows. */
  String INPUT = "input";

  /** The weights of the previous hidden state, gates × units rows. */
  String RECURRENT = "recurrent";

  /** The field of the hidden state. */
  String HIDDEN = "h";

  /** {@return the number of hidden units} */
  int units();

  /** {@return the number of gates} */
  int gates();

  @Override
  default int width() {
    return units();
  }
}
