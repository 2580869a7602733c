package org.staccato.model;

/** Thrown where a model is asked for what another kind of model does. */
public final class WrongTaskException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  WrongTaskException(String message) {
    super(message);
  }
}
