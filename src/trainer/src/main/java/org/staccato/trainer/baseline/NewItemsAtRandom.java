package org.staccato.trainer.baseline;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.ItemCounts;

/**
 * Recommends the items without a training event, in a random order for each history, and the others
 * behind them: the chance that a model for new items must beat.
 */
public final class NewItemsAtRandom implements NextItemModel {
  private static final float BEHIND = -1;

  private final ItemCounts train;

  /**
   * Takes the counts.
   *
   * @param train the training events of each item
   */
  public NewItemsAtRandom(ItemCounts train) {
    this.train = train;
  }

  @Override
  public String name() {
    return "new at random";
  }

  @Override
  public int items() {
    return train.items();
  }

  @Override
  public Session newSession() {
    return new Session() {
      private long history;

      @Override
      public void reset() {
        history = 0;
      }

      @Override
      public void observe(int item) {
        history = 31 * history + item + 1;
      }

      @Override
      public void scores(float[] scores) {
        SplittableRandom random = new SplittableRandom(history);
        Arrays.fill(scores, 0, train.items(), BEHIND);
        for (int item = 0; item < train.items(); item++) {
          if (train.isCold(item)) {
            scores[item] = random.nextFloat();
          }
        }
      }
    };
  }
}
