package org.staccato.trainer.sequence;

/**
 * Counts the events of each item in the training part. Immutable and safe to share between threads.
 */
public final class ItemCounts {
  private final int[] counts;
  private final long events;

  /**
   * Counts the events.
   *
   * @param train the training part
   */
  public ItemCounts(Sequences train) {
    counts = new int[train.items()];
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int position = 0; position < train.length(sequence); position++) {
        counts[train.item(sequence, position)]++;
      }
    }
    events = train.events();
  }

  /** {@return the number of items in the catalogue} */
  public int items() {
    return counts.length;
  }

  /** {@return the number of training events} */
  public long events() {
    return events;
  }

  /**
   * {@return the number of training events of an item}
   *
   * @param item the item, from 0 to {@code items() - 1}
   */
  public int of(int item) {
    return counts[item];
  }

  /**
   * {@return whether an item is cold: no training event has it}
   *
   * @param item the item, from 0 to {@code items() - 1}
   */
  public boolean isCold(int item) {
    return counts[item] == 0;
  }
}
