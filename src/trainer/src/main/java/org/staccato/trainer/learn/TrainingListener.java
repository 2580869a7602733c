package org.staccato.trainer.learn;

/** Is told about the progress of a training, on the thread that called {@link Trainer#train}. */
public interface TrainingListener {

  /**
   * Is called a few times a second.
   *
   * @param progress the progress
   */
  default void onProgress(Progress progress) {}

  /**
   * Is called after each epoch and its validation.
   *
   * @param report the figures of the epoch
   */
  default void onEpoch(EpochReport report) {}
}
