package org.staccato.trainer.learn;

/** Receives the progress of a training, on the thread that called {@link Trainer#train}. */
public interface TrainingListener {

  /**
   * Receives the progress, a few times a second.
   *
   * @param progress the progress
   */
  default void onProgress(Progress progress) {}

  /**
   * Receives the figures of an epoch, after its validation.
   *
   * @param report the figures of the epoch
   */
  default void onEpoch(EpochReport report) {}
}
