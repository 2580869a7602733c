package org.staccato.export;

import java.util.Arrays;
import org.staccato.model.NeighbourMemory;

/**
 * The sequences of a memory: the distinct items of each, the most recent sequence last. Immutable.
 */
public final class RememberedSequences {

  /** The place of the first item of each sequence, and behind them the number of entries. */
  private final int[] starts;

  private final int[] items;
  private final int catalogueSize;

  private RememberedSequences(int[] starts, int[] items, int catalogueSize) {
    this.starts = starts;
    this.items = items;
    this.catalogueSize = catalogueSize;
  }

  /**
   * Collects the sequences of a memory. Confined to one thread.
   *
   * <p>A sequence is a number of calls of {@link #add} and one of {@link #endSequence}.
   */
  public static final class Builder {
    private final int catalogueSize;

    /** The number of the sequence that held each item last, from 1. */
    private final int[] lastIn;

    private int[] starts = new int[16];
    private int[] items = new int[64];
    private int sequences;
    private int entries;

    /**
     * Starts without sequences.
     *
     * @param catalogueSize the number of items of the catalogue
     */
    public Builder(int catalogueSize) {
      this.catalogueSize = catalogueSize;
      lastIn = new int[catalogueSize];
    }

    /**
     * Adds an item to the sequence, unless the sequence has it already.
     *
     * @param item the index of the item
     * @throws IndexOutOfBoundsException if the catalogue has no such item
     * @throws IllegalArgumentException if there are too many entries
     */
    public void add(int item) {
      if (lastIn[item] == sequences + 1) {
        return;
      }
      requireRoom("entries", entries);
      lastIn[item] = sequences + 1;
      if (entries == items.length) {
        items = Arrays.copyOf(items, 2 * entries);
      }
      items[entries++] = item;
    }

    /**
     * Ends the sequence; one without items is left out.
     *
     * @throws IllegalArgumentException if there are too many sequences
     */
    public void endSequence() {
      if (entries == starts[sequences]) {
        return;
      }
      requireRoom("sequences", sequences);
      sequences++;
      if (sequences == starts.length) {
        starts = Arrays.copyOf(starts, 2 * sequences);
      }
      starts[sequences] = entries;
    }

    private static void requireRoom(String what, int count) {
      if (count >= NeighbourMemory.SIZE_LIMIT) {
        throw new IllegalArgumentException(
            "memory: found more than "
                + NeighbourMemory.SIZE_LIMIT
                + " "
                + what
                + ", expected at most so many");
      }
    }

    /** {@return the number of sequences that were ended} */
    public int count() {
      return sequences;
    }

    /**
     * {@return the sequences that were ended}
     *
     * @throws IllegalArgumentException if there are none
     */
    public RememberedSequences build() {
      if (sequences == 0) {
        throw new IllegalArgumentException("memory: found no sequence, expected at least 1");
      }
      return new RememberedSequences(
          Arrays.copyOf(starts, sequences + 1),
          Arrays.copyOf(items, starts[sequences]),
          catalogueSize);
    }
  }

  /** {@return the number of sequences} */
  public int count() {
    return starts.length - 1;
  }

  /** {@return the number of distinct items of each sequence, summed over the sequences} */
  public int entries() {
    return items.length;
  }

  /** {@return the number of items of the catalogue} */
  public int catalogueSize() {
    return catalogueSize;
  }

  /** Returns where the items of a sequence begin, or of the one behind the last. */
  int start(int sequence) {
    return starts[sequence];
  }

  /** Returns the item at a place. */
  int item(int place) {
    return items[place];
  }

  /** Returns the sequences by item, as compressed sparse rows. */
  ByItem byItem() {
    int[] firsts = new int[catalogueSize + 1];
    for (int item : items) {
      firsts[item + 1]++;
    }
    for (int item = 0; item < catalogueSize; item++) {
      firsts[item + 1] += firsts[item];
    }
    int[] next = firsts.clone();
    int[] sequences = new int[items.length];
    for (int sequence = 0; sequence < count(); sequence++) {
      for (int place = start(sequence); place < start(sequence + 1); place++) {
        sequences[next[items[place]]++] = sequence;
      }
    }
    return new ByItem(firsts, sequences);
  }

  /**
   * The sequences that hold each item, ascending, one item after the other.
   *
   * @param starts the place of the first sequence of each item, and behind them the number of
   *     entries
   * @param sequences the sequences
   */
  @SuppressWarnings("ArrayRecordComponent") // Made and read within the package.
  record ByItem(int[] starts, int[] sequences) {

    /** Returns the inverse frequency of an item, 0 if no sequence holds it. */
    float inverseFrequency(int item) {
      int support = starts[item + 1] - starts[item];
      return support == 0 ? 0 : (float) Math.log((double) sequences.length / support);
    }
  }
}
