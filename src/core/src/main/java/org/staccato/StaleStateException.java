package org.staccato;

/**
 * A user state belongs to another version of the model than the one that answers, which happens
 * when a version was published since it was made. The state is unchanged; a new one is to be made,
 * and the user's last events are to be replayed.
 */
public final class StaleStateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  StaleStateException(String found, String expected) {
    super("user state: found one of the model version " + found + ", expected " + expected);
  }
}
