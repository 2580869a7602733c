package org.staccato;

import java.util.Arrays;
import java.util.Objects;

/**
 * A set of items of one catalogue, a bit per item: what a user has seen, what may be shown, what
 * must not. Not thread-safe for writing; nothing allocates after construction.
 */
public final class ItemSet {
  private final int items;
  private final long[] words;

  /**
   * Creates an empty set.
   *
   * @param items the number of items in the catalogue, at least 1
   * @throws IllegalArgumentException if it is below 1
   */
  public ItemSet(int items) {
    if (items < 1) {
      throw new IllegalArgumentException("items: found " + items + ", expected at least 1");
    }
    this.items = items;
    this.words = new long[Math.ceilDiv(items, Long.SIZE)];
  }

  /** {@return the number of items in the catalogue, those outside the set included} */
  public int items() {
    return items;
  }

  /**
   * Adds an item.
   *
   * @param item the index of an item
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void add(int item) {
    Objects.checkIndex(item, items);
    words[item / Long.SIZE] |= 1L << item;
  }

  /**
   * Removes an item.
   *
   * @param item the index of an item
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void remove(int item) {
    Objects.checkIndex(item, items);
    words[item / Long.SIZE] &= ~(1L << item);
  }

  /**
   * Asks for an item.
   *
   * @param item the index of an item
   * @return whether the set contains it
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public boolean contains(int item) {
    Objects.checkIndex(item, items);
    return (words[item / Long.SIZE] & 1L << item) != 0;
  }

  /** Removes all items. */
  public void clear() {
    Arrays.fill(words, 0);
  }

  /** {@return the number of items in the set} */
  public int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  /** Returns 64 items as bits: those of a block of the output layer, the first as the lowest. */
  long word(int block) {
    return words[block];
  }
}
