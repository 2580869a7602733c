package org.staccato;

/**
 * Thrown if a user state or a set of items belongs to another version of the model than the one
 * that answers, because a version was published after the state or set was made. The state or set
 * is unchanged. Make a new state and replay the user's last events into it; carry a set of items
 * over by the items' keys.
 */
public final class StaleVersionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  StaleVersionException(String what, String found, String expected) {
    super(what + ": found one of the model version " + found + ", expected " + expected);
  }
}
