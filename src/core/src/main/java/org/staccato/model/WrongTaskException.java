package org.staccato.model;

/** Thrown if a model does not support an operation, such as a ranking or a step on an item. */
public final class WrongTaskException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  WrongTaskException(String message) {
    super(message);
  }
}
