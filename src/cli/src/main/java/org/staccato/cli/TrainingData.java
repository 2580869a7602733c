package org.staccato.cli;

import org.jspecify.annotations.Nullable;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.learn.FeatureLearning;
import org.staccato.trainer.log.KeyedTable;
import org.staccato.trainer.sequence.HeldOutItems;
import org.staccato.trainer.sequence.Split;

/**
 * The data of a training.
 *
 * @param source the source of the events
 * @param split the events to learn from and to judge the epochs by
 * @param described the features of items, or null if there are none
 */
record TrainingData(LogSplit source, Split split, @Nullable DescribedItems described) {

  /**
   * The features of items.
   *
   * @param table the table that describes them
   * @param learning how the training learns from them
   * @param heldOut the items that are added after the training, or null if there are none
   */
  record DescribedItems(
      KeyedTable table, FeatureLearning learning, @Nullable HeldOutItems heldOut) {
    ItemFeatures features() {
      return learning.features();
    }
  }

  /** {@return what the training learns of features, or null} */
  @Nullable FeatureLearning learning() {
    return described == null ? null : described.learning;
  }

  /** {@return the items that are added after the training, or null if there are none} */
  @Nullable HeldOutItems heldOut() {
    return described == null ? null : described.heldOut;
  }

  /** {@return the events by which the written file is measured} */
  Split measured() {
    HeldOutItems held = heldOut();
    return held == null ? split : held.measured();
  }
}
