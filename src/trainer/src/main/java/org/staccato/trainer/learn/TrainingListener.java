package org.staccato.trainer.learn;

/** Is told how training goes, on the thread that called {@link Training#run}. */
public interface TrainingListener {

  /**
   * Is called a few times a second.
   *
   * @param progress how far training has come
   */
  default void onProgress(Progress progress) {}

  /**
   * Is called after each epoch and its validation.
   *
   * @param report what the epoch came to
   */
  default void onEpoch(EpochReport report) {}
}
