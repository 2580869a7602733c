package org.staccato.cli;

/** A signal has ended a verb; the message says what was saved. */
final class InterruptedRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InterruptedRunException(String sentence) {
    super(sentence);
  }
}
