package org.staccato.cli;

/** Reports that a signal ended a verb; the message tells which result was saved. */
final class InterruptedRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InterruptedRunException(String sentence) {
    super(sentence);
  }
}
