package org.staccato.trainer.learn;

/**
 * Reports that the loss or its gradient is not finite; the message tells the epoch and the update,
 * and suggests a remedy.
 */
public final class TrainingDivergedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TrainingDivergedException(int epoch, long update, double loss, double norm) {
    super(
        "training diverged in epoch %d at update %d: loss %s, gradient norm %s; lower the learning rate or the clip norm"
            .formatted(epoch, update, loss, norm));
  }
}
