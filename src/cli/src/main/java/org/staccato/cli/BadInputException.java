package org.staccato.cli;

/**
 * Reports input that a verb cannot process; the message is the one sentence to show to the user.
 */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String sentence) {
    super(sentence);
  }
}
