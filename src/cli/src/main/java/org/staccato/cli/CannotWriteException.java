package org.staccato.cli;

import java.io.IOException;

/** A result cannot be written; the message is the one sentence to show. */
final class CannotWriteException extends IOException {
  private static final long serialVersionUID = 1L;

  CannotWriteException(String sentence) {
    super(sentence);
  }
}
