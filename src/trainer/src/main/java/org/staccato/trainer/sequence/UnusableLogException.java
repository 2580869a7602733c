package org.staccato.trainer.sequence;

import java.io.IOException;

/**
 * Reports a log that can be read but not split: it lacks times that are needed, or too few events
 * are left after filtering. The message is one sentence that tells the removed events and the
 * reasons.
 */
public final class UnusableLogException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Reports a log.
   *
   * @param message what it lacks, one sentence
   */
  public UnusableLogException(String message) {
    super(message);
  }
}
