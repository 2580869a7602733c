package org.staccato;

/**
 * A user state or a set of items belongs to another version of the model than the one that answers,
 * which happens when a version was published since it was made. It is unchanged. Make a new state
 * and replay the user's last events into it; carry a set of items over by their keys.
 */
public final class StaleVersionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  StaleVersionException(String what, String found, String expected) {
    super(what + ": found one of the model version " + found + ", expected " + expected);
  }
}
