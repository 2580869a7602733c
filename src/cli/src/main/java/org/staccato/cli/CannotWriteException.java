package org.staccato.cli;

import java.io.IOException;

/** Reports a result that cannot be written; the message is the one sentence to show to the user. */
final class CannotWriteException extends IOException {
  private static final long serialVersionUID = 1L;

  CannotWriteException(String sentence) {
    super(sentence);
  }
}
