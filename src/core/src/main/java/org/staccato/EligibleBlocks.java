package org.staccato;

import org.jspecify.annotations.Nullable;

/**
 * Walks the blocks of the output layer that have items which pass a filter, in ascending order, and
 * passes over the others at the cost of a word, or of nothing where a small set says what is
 * allowed. Confined to one thread.
 */
final class EligibleBlocks {

  /** Reads the words of a set in ascending order of their blocks. */
  private static final class Words {
    private @Nullable ItemSet set;
    private int entry;

    void start(@Nullable ItemSet of, int from) {
      set = of;
      entry = of == null ? 0 : of.entry(from);
    }

    long word(int block) {
      ItemSet of = set;
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
  private @Nullable ItemSet allow;

  /** The next block, or the next word of the allowed items. */
  private int entry;

  private int end;
  private int lastBlock;
  private long lastItems;
  private int block;
  private long items;

  /**
   * Starts a walk.
   *
   * @param filter says which items pass
   * @param from the first block
   * @param to the block to stop before
   * @param catalogue the number of items that there are
   */
  void start(ItemFilter filter, int from, int to, int catalogue) {
    ItemSet only = filter.allow();
    allow = only;
    entry = only == null ? from : only.entry(from);
    end = only == null ? to : only.entry(to);
    seen.start(filter.seen(), from);
    deny.start(filter.deny(), from);
    lastBlock = (catalogue - 1) / Long.SIZE;
    lastItems = itemsOfLast(catalogue);
  }

  /** Returns the items of the last block of a catalogue as bits. */
  static long itemsOfLast(int catalogue) {
    return -1L >>> -catalogue;
  }

  /** Moves to the next block with an item that passes, and returns whether there is one. */
  boolean next() {
    ItemSet only = allow;
    do {
      if (only != null) {
        entry = only.nextEntry(entry, end);
      }
      if (entry >= end) {
        return false;
      }
      block = only == null ? entry : only.block(entry);
      items = only == null ? -1 : only.wordAt(entry);
      items &= ~(seen.word(block) | deny.word(block));
      if (block == lastBlock) {
        items &= lastItems;
      }
      entry++;
    } while (items == 0);
    return true;
  }

  /** Returns the block. */
  int block() {
    return block;
  }

  /** Returns the items of the block that pass as bits, the first as the lowest. */
  long items() {
    return items;
  }
}
