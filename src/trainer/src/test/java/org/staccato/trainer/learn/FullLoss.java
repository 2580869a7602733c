package org.staccato.trainer.learn;

import org.staccato.trainer.sequence.Sequences;

/** The cross-entropy over a whole catalogue. */
final class FullLoss {
  private FullLoss() {}

  static CatalogueLoss over(int items) {
    return new CatalogueLoss(Loss.FULL, Sequences.of(items, new int[] {0}));
  }
}
