package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Kernels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.NeighbourMemory;

/**
 * The index of a {@link NeighbourMemory} in a weight file: the distinct items of each sequence, and
 * the sequences of each item in ascending order, both as compressed sparse rows. A sequence is as
 * recent as its number. Immutable and thread-safe; valid while the file is open, and afterwards all
 * methods that read it throw {@link IllegalStateException}.
 */
public final class NeighbourIndex {

  /** The number of entries that are checked at a time. */
  private static final int SLICE = 4096;

  private final NeighbourMemory memory;
  private final MemorySegment file;
  private final long history;
  private final long itemStarts;
  private final long items;
  private final long sequenceStarts;
  private final long sequences;
  private final long weights;

  private NeighbourIndex(WeightFile file, NeighbourMemory memory, long history)
      throws ModelRejectedException {
    this.memory = memory;
    this.file = file.data();
    this.history = history;
    itemStarts = find(file, NeighbourMemory.ITEM_STARTS, DataType.I32, memory.sequences() + 1L);
    items = find(file, NeighbourMemory.ITEMS, DataType.I32, memory.entries());
    sequenceStarts = find(file, NeighbourMemory.SEQUENCE_STARTS, DataType.I32, memory.items() + 1L);
    sequences = find(file, NeighbourMemory.SEQUENCES, DataType.I32, memory.entries());
    weights = find(file, NeighbourMemory.ITEM_WEIGHTS, DataType.F32, memory.items());
  }

  /** Finds the index of a memory, and checks every number of it. */
  static NeighbourIndex open(WeightFile file, NeighbourMemory memory, LayerStack stack, Pace pace)
      throws ModelRejectedException {
    long history =
        StateLayout.find(stack.fields(), StateLayout.NO_LAYER, NeighbourMemory.HISTORY).offset();
    NeighbourIndex index = new NeighbourIndex(file, memory, history);
    index.new Check(file, pace).run();
    return index;
  }

  private long find(WeightFile source, String part, DataType type, long count)
      throws ModelRejectedException {
    return source.require(memory.tensor(part), type, padded(count)).offset();
  }

  /**
   * Rounds the length of a tensor of the index up to whole cache lines.
   *
   * @param count the numbers that it holds
   * @return the numbers that it takes; those of the padding are 0
   */
  public static long padded(long count) {
    return (count + Kernels.GROUP - 1) / Kernels.GROUP * Kernels.GROUP;
  }

  /** {@return the memory} */
  public NeighbourMemory memory() {
    return memory;
  }

  /** {@return the number of items in the catalogue} */
  public int items() {
    return memory.items();
  }

  /** {@return the most recent sequences to compare with, not more than there are} */
  public int sample() {
    return Math.min(memory.search().sample(), memory.sequences());
  }

  /** {@return the number of neighbours} */
  public int nearest() {
    return memory.search().nearest();
  }

  /** {@return the number of last events to compare} */
  public int history() {
    return memory.search().history();
  }

  /** {@return the share of the neighbours in a probability} */
  public float share() {
    return memory.share();
  }

  /**
   * Reads one of the last items of a user.
   *
   * @param state a state of the network
   * @param back the place, 0 for the last event
   * @return the item, or -1 if there is none, as where a state was tampered with
   */
  public int lastItem(MemorySegment state, int back) {
    int stored = state.get(LittleEndian.INT, history + (long) back * Integer.BYTES);
    return stored >= 0 && stored <= memory.items() ? stored - 1 : -1;
  }

  /**
   * Returns where the items of a sequence begin.
   *
   * @param sequence the sequence, or the number of sequences
   * @return the place of its first item
   */
  public int firstItem(int sequence) {
    return integer(itemStarts, sequence);
  }

  /**
   * Returns an item of a sequence.
   *
   * @param place a place between {@link #firstItem} of a sequence and of the next
   * @return the item
   */
  public int item(int place) {
    return integer(items, place);
  }

  /**
   * Returns where the sequences of an item begin.
   *
   * @param item the item, or the number of items
   * @return the place of its first sequence
   */
  public int firstSequence(int item) {
    return integer(sequenceStarts, item);
  }

  /**
   * Returns a sequence of an item.
   *
   * @param place a place between {@link #firstSequence} of an item and of the next
   * @return the sequence
   */
  public int sequence(int place) {
    return integer(sequences, place);
  }

  /**
   * Returns the weight of an item.
   *
   * @param item the item
   * @return its weight, not negative
   */
  public float weight(int item) {
    return file.get(LittleEndian.FLOAT, weights + (long) item * Float.BYTES);
  }

  private int integer(long tensor, int index) {
    return file.get(LittleEndian.INT, tensor + (long) index * Integer.BYTES);
  }

  /** Checks that every place and number is in range, and that both directions say the same. */
  private final class Check {
    private final WeightFile source;
    private final Pace pace;

    Check(WeightFile source, Pace pace) {
      this.source = source;
      this.pace = pace;
    }

    void run() throws ModelRejectedException {
      starts(NeighbourMemory.ITEM_STARTS, itemStarts, memory.sequences());
      starts(NeighbourMemory.SEQUENCE_STARTS, sequenceStarts, memory.items());
      int[] next = new int[memory.items()];
      for (int item = 0; item < next.length; item++) {
        next[item] = firstSequence(item);
        if (item % SLICE == 0) {
          pace.pause();
        }
        if (!(weight(item) >= 0 && weight(item) <= NeighbourMemory.WEIGHT_LIMIT)) {
          throw rejected(
              NeighbourMemory.ITEM_WEIGHTS,
              weight(item) + " as element " + item,
              "0 to " + NeighbourMemory.WEIGHT_LIMIT);
        }
      }
      for (int sequence = 0; sequence < memory.sequences(); sequence++) {
        for (int place = firstItem(sequence); place < firstItem(sequence + 1); place++) {
          if (place % SLICE == 0) {
            pace.pause();
          }
          entry(sequence, place, next);
        }
      }
    }

    /** Checks that an item of a sequence has this sequence as the next of its sequences. */
    private void entry(int sequence, int place, int[] next) throws ModelRejectedException {
      int item = item(place);
      if (item < 0 || item >= next.length) {
        throw rejected(
            NeighbourMemory.ITEMS, item + " as element " + place, "0 to " + (next.length - 1));
      }
      int found = next[item]++;
      boolean twice = found > firstSequence(item) && sequence(found - 1) == sequence;
      if (twice) {
        throw rejected(
            NeighbourMemory.ITEMS,
            "the item " + item + " twice in sequence " + sequence,
            "distinct items");
      }
      if (found >= firstSequence(item + 1) || sequence(found) != sequence) {
        throw rejected(
            NeighbourMemory.SEQUENCES,
            "no sequence " + sequence + " at its place for item " + item,
            "the sequences that hold the item, ascending");
      }
    }

    /** Checks that starts begin at 0, never descend, and end at the number of entries. */
    private void starts(String part, long tensor, int count) throws ModelRejectedException {
      int before = 0;
      for (int i = 0; i <= count; i++) {
        if (i % SLICE == 0) {
          pace.pause();
        }
        int start = integer(tensor, i);
        int least = i == count ? memory.entries() : before;
        int most = i == 0 ? 0 : memory.entries();
        if (start < least || start > most) {
          throw rejected(
              part,
              start + " as element " + i,
              least == most ? String.valueOf(most) : least + " to " + most);
        }
        before = start;
      }
    }

    private ModelRejectedException rejected(String part, String found, String expected) {
      return new ModelRejectedException(
          source.path(),
          Reason.VALUE_RANGE,
          "tensor \"" + memory.tensor(part) + "\": found " + found + ", expected " + expected);
    }
  }
}
