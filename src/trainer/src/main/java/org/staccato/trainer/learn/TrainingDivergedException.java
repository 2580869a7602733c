package org.staccato.trainer.learn;

/**
 * The loss or its gradient is no longer a finite number; the sentence says when and what to try.
 */
public final class TrainingDivergedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TrainingDivergedException(int epoch, long update, double loss, double norm) {
    super(
        "training diverged in epoch %d at update %d: loss %s, gradient norm %s; lower the learning rate or the clip norm"
            .formatted(epoch, update, loss, norm));
  }
}
