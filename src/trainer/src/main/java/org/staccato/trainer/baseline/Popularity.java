package org.staccato.trainer.baseline;

import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

/**
 * Scores every item by its number of events in the training part; ignores the observed sequence.
 */
public final class Popularity implements NextItemModel {
  private final float[] counts;

  /**
   * Counts the events.
   *
   * @param train the training part
   */
  public Popularity(Sequences train) {
    ItemCounts exact = new ItemCounts(train);
    counts = new float[exact.items()];
    for (int item = 0; item < counts.length; item++) {
      counts[item] = exact.of(item); // Beyond 2²⁴ neighbouring counts may tie.
    }
  }

  /** {@return a copy of the number of training events of each item} */
  public float[] counts() {
    return counts.clone();
  }

  @Override
  public String name() {
    return "popularity";
  }

  @Override
  public int items() {
    return counts.length;
  }

  @Override
  public Session newSession() {
    return new Session() {
      @Override
      public void reset() {}

      @Override
      public void observe(int item) {}

      @Override
      public void scores(float[] scores) {
        System.arraycopy(counts, 0, scores, 0, counts.length);
      }
    };
  }
}
