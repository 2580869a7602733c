package org.staccato.rank;

import org.jspecify.annotations.Nullable;

/**
 * Walks the blocks of the output layer that have eligible items, in ascending order. Skips the
 * others at the cost of reading a word, or at no cost if the allowed items are a sparse set.
 * Confined to one thread.
 */
final class EligibleBlocks {

  /** Reads the words of a set in ascending order of their blocks. */
  private static final class Words {
    private @Nullable ItemWords set;
    private int entry;

    void start(@Nullable ItemWords of, int from) {
      set = of;
      entry = of == null ? 0 : of.entry(from);
    }

    long word(int block) {
      ItemWords of = set;
      if (of == null) {
        return 0;
      }
      while (entry < of.entries() && of.block(entry) < block) {
        entry++;
      }
      return entry < of.entries() && of.block(entry) == block ? of.wordAt(entry) : 0;
    }
  }

  private final Words seen = new Words();
  private final Words deny = new Words();
  private @Nullable ItemWords allow;

  /** The next block, or the next word of the allowed items. */
  private int entry;

  private int end;
  private int catalogueSize;
  private int block;
  private long items;

  /**
   * Starts a walk.
   *
   * @param eligible the eligible items, which must not change during the walk
   * @param from the first block
   * @param to the block to stop before
   * @param catalogue the number of items of the catalogue
   */
  void start(EligibleItems eligible, int from, int to, int catalogue) {
    ItemWords only = eligible.allow();
    allow = only;
    entry = only == null ? from : only.entry(from);
    end = only == null ? to : only.entry(to);
    seen.start(eligible.seen(), from);
    deny.start(eligible.deny(), from);
    catalogueSize = catalogue;
  }

  /** Ends the walk, and drops the sets, so that the garbage collector can free a large one. */
  void clear() {
    allow = null;
    entry = end;
    seen.start(null, 0);
    deny.start(null, 0);
  }

  /** Returns the items of a block that a catalogue of some size has, as bits. */
  static long itemsOf(int block, int catalogue) {
    return catalogue - block * Long.SIZE < Long.SIZE ? -1L >>> -catalogue : -1;
  }

  /** Moves to the next block with an eligible item, and returns whether there is one. */
  boolean next() {
    ItemWords only = allow;
    do {
      if (only != null) {
        entry = only.nextEntry(entry, end);
      }
      if (entry >= end) {
        return false;
      }
      block = only == null ? entry : only.block(entry);
      items = only == null ? itemsOf(block, catalogueSize) : only.wordAt(entry);
      items &= ~(seen.word(block) | deny.word(block));
      entry++;
    } while (items == 0);
    return true;
  }

  /** Returns the block. */
  int block() {
    return block;
  }

  /** Returns the eligible items of the block as bits, the first as the lowest. */
  long items() {
    return items;
  }
}
