package org.staccato.cli;

/** What the user gave cannot be worked with; the message is the one sentence to show. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String sentence) {
    super(sentence);
  }
}
