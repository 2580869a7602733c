package org.staccato.trainer.sequence;

import java.io.IOException;

/**
 * A log was read, but no split can be made from it: it has no times where these are needed, or what
 * is left after filtering is too little. The message is one sentence that says what was removed and
 * why.
 */
public final class UnusableLogException extends IOException {
  private static final long serialVersionUID = 1;

  UnusableLogException(String message) {
    super(message);
  }
}
