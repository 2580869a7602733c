package org.staccato.trainer.baseline;

import java.util.Arrays;
import org.staccato.trainer.sequence.Sequences;

/**
 * The distinct items of each training sequence, and the sequences of each item, both as compressed
 * sparse rows. Immutable and safe to share between threads.
 */
final class SequenceIndex {
  private final int[] itemStarts;
  private final int[] items;
  private final int[] sequenceStarts;
  private final int[] sequences;

  /**
   * Builds the index.
   *
   * @param mostItems only the last so many distinct items of a sequence are kept
   */
  SequenceIndex(Sequences train, int mostItems) {
    itemStarts = new int[train.count() + 1];
    int[] kept = new int[Math.toIntExact(train.events())];
    int[] lastIn = new int[train.items()];
    Arrays.fill(lastIn, -1);
    sequenceStarts = new int[train.items() + 1];
    int count = 0;
    for (int sequence = 0; sequence < train.count(); sequence++) {
      int first = count;
      for (int at = train.length(sequence) - 1; at >= 0 && count - first < mostItems; at--) {
        int item = train.item(sequence, at);
        if (lastIn[item] != sequence) {
          lastIn[item] = sequence;
          kept[count++] = item;
          sequenceStarts[item + 1]++;
        }
      }
      itemStarts[sequence + 1] = count;
    }
    items = Arrays.copyOf(kept, count);
    for (int item = 0; item < train.items(); item++) {
      sequenceStarts[item + 1] += sequenceStarts[item];
    }
    sequences = new int[count];
    int[] next = sequenceStarts.clone();
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int i = itemStarts[sequence]; i < itemStarts[sequence + 1]; i++) {
        sequences[next[items[i]]++] = sequence;
      }
    }
  }

  /** Returns where the items of a sequence begin, those of the last event first. */
  int firstItem(int sequence) {
    return itemStarts[sequence];
  }

  /** Returns the item at a place between {@link #firstItem} of a sequence and of the next. */
  int item(int place) {
    return items[place];
  }

  /** Returns where the sequences of an item begin, in ascending order. */
  int firstSequence(int item) {
    return sequenceStarts[item];
  }

  /** Returns the sequence at a place between {@link #firstSequence} of an item and of the next. */
  int sequence(int place) {
    return sequences[place];
  }

  /** Returns whether a sequence is among those at the places from the first to the second. */
  boolean holds(int from, int to, int sequence) {
    return Arrays.binarySearch(sequences, from, to, sequence) >= 0;
  }

  /** Returns the number of sequences that hold an item. */
  int support(int item) {
    return sequenceStarts[item + 1] - sequenceStarts[item];
  }

  /** Returns the number of distinct items of all sequences together. */
  int size() {
    return items.length;
  }
}
