package org.staccato.rank;

import java.util.Arrays;
import org.staccato.format.ItemKeys;
import org.staccato.memory.Bounds;

/**
 * A set of items as words of 64 bits, one for each block of the output layer, the first item of a
 * block as the lowest bit.
 *
 * <p>A dense set has the words of all blocks, an eighth of a byte for each item of the catalogue;
 * each item is added in constant time, and nothing is allocated after the creation. A sparse set
 * has only the words of the blocks that have had an item, with their numbers, twelve bytes each: an
 * item is added in linear time, and memory is allocated whenever the set exceeds its largest size
 * so far.
 *
 * <p>Several threads may read a set while none writes it.
 */
public final class ItemWords {
  private final int catalogueSize;
  private final boolean sparse;

  /** The blocks of the words of a sparse set, ascending. */
  private int[] blocks;

  private long[] words;

  /** The number of words in use: entry i is the word i of a dense set, or that of blocks[i]. */
  private int entries;

  private int size;

  private ItemWords(int catalogueSize, boolean sparse) {
    this.catalogueSize = catalogueSize;
    this.sparse = sparse;
    blocks = new int[0];
    words = new long[sparse ? 0 : Math.ceilDiv(catalogueSize, Long.SIZE)];
    entries = words.length;
  }

  /**
   * Creates an empty set with a bit for each item.
   *
   * @param catalogueSize the number of items of the catalogue
   * @return the set
   */
  public static ItemWords dense(int catalogueSize) {
    return new ItemWords(catalogueSize, false);
  }

  /**
   * Creates an empty set that takes memory for its items only.
   *
   * @param catalogueSize the number of items of the catalogue
   * @return the set
   */
  public static ItemWords sparse(int catalogueSize) {
    return new ItemWords(catalogueSize, true);
  }

  /**
   * Creates an empty set of the same kind, dense or sparse, for another catalogue.
   *
   * @param otherCatalogueSize the number of items of that catalogue
   * @return the set
   */
  public ItemWords emptyFor(int otherCatalogueSize) {
    return new ItemWords(otherCatalogueSize, sparse);
  }

  /** {@return the number of items in the catalogue, those outside the set included} */
  public int catalogueSize() {
    return catalogueSize;
  }

  /** {@return the number of items in the set} */
  public int size() {
    return size;
  }

  /**
   * Tells whether the set contains an item.
   *
   * @param item the index of an item, or {@link ItemKeys#UNKNOWN}
   * @return whether the set contains it
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public boolean contains(int item) {
    return isKnown(item) && (word(item / Long.SIZE) & 1L << item) != 0;
  }

  /**
   * Adds an item, unless it is unknown.
   *
   * @param item the index of an item, or {@link ItemKeys#UNKNOWN}
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void add(int item) {
    if (isKnown(item)) {
      addWord(item / Long.SIZE, 1L << item);
    }
  }

  /**
   * Removes an item.
   *
   * @param item the index of an item, or {@link ItemKeys#UNKNOWN}
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void remove(int item) {
    if (isKnown(item)) {
      removeWord(item / Long.SIZE, 1L << item);
    }
  }

  /** Removes all items. */
  public void clear() {
    if (sparse) {
      entries = 0;
    } else {
      Arrays.fill(words, 0);
    }
    size = 0;
  }

  /**
   * Replaces the items.
   *
   * @param list the indices of the items from the start on, in any order; repeated ones count once,
   *     {@link ItemKeys#UNKNOWN} not at all
   * @param count the number of indices
   * @throws IndexOutOfBoundsException if the catalogue has no such item, or the array fewer; the
   *     set is unchanged
   */
  public void set(int[] list, int count) {
    Bounds.requireElements("items", 0, count, list.length);
    for (int i = 0; i < count; i++) {
      isKnown(list[i]);
    }
    clear();
    if (sparse) {
      setSparse(list, count);
    } else {
      for (int i = 0; i < count; i++) {
        if (isKnown(list[i])) {
          addBits(list[i] / Long.SIZE, 1L << list[i]);
        }
      }
    }
  }

  private void setSparse(int[] list, int count) {
    requireCapacity(count);
    int known = 0;
    for (int i = 0; i < count; i++) {
      if (isKnown(list[i])) {
        blocks[known++] = list[i];
      }
    }
    sort(blocks, known);
    // A word takes the place of its first item, which has been read.
    for (int i = 0; i < known; i++) {
      int item = blocks[i];
      int block = item / Long.SIZE;
      if (entries == 0 || blocks[entries - 1] != block) {
        blocks[entries] = block;
        words[entries++] = 0;
      }
      addBits(entries - 1, 1L << item);
    }
  }

  /** Sorts through a heap, with the largest at 0; {@link Arrays#sort(int[])} allocates. */
  private static void sort(int[] values, int count) {
    for (int i = count / 2 - 1; i >= 0; i--) {
      siftDown(values, i, count, values[i]);
    }
    for (int end = count - 1; end > 0; end--) {
      int largest = values[0];
      siftDown(values, 0, end, values[end]);
      values[end] = largest;
    }
  }

  private static void siftDown(int[] values, int from, int count, int value) {
    int place = from;
    while (2 * place + 1 < count) {
      int child = 2 * place + 1;
      if (child + 1 < count && values[child + 1] > values[child]) {
        child++;
      }
      if (values[child] <= value) {
        break;
      }
      values[place] = values[child];
      place = child;
    }
    values[place] = value;
  }

  /**
   * Adds the items of another set.
   *
   * @param other a set of the same catalogue, dense or sparse
   */
  public void addAll(ItemWords other) {
    for (int i = 0; i < other.entries; i++) {
      addWord(other.block(i), other.words[i]);
    }
  }

  /**
   * Removes the items of another set.
   *
   * @param other a set of the same catalogue, dense or sparse
   */
  public void andNot(ItemWords other) {
    for (int i = 0; i < other.entries; i++) {
      removeWord(other.block(i), other.words[i]);
    }
  }

  /**
   * Finds the next item.
   *
   * @param from the first index to look at, 0 to the size of the catalogue
   * @return the lowest item of the set that is not below it, or −1 if there is none
   */
  public int next(int from) {
    int entry = entry(from / Long.SIZE);
    if (entry < entries && block(entry) == from / Long.SIZE) {
      long rest = words[entry] & -1L << from;
      if (rest != 0) {
        return lowest(entry, rest);
      }
      entry++;
    }
    entry = nextEntry(entry, entries);
    return entry < entries ? lowest(entry, words[entry]) : -1;
  }

  private int lowest(int entry, long bits) {
    return block(entry) * Long.SIZE + Long.numberOfTrailingZeros(bits);
  }

  /** Returns the items of a block as bits. */
  long word(int block) {
    int entry = entry(block);
    return entry < entries && block(entry) == block ? words[entry] : 0;
  }

  /** Returns the number of words, which come in the order of their blocks. */
  int entries() {
    return entries;
  }

  /** Returns the block of a word. */
  int block(int entry) {
    return sparse ? blocks[entry] : entry;
  }

  /** Returns a word. */
  long wordAt(int entry) {
    return words[entry];
  }

  /** Finds the first word of a range that has an item, or returns the end. */
  int nextEntry(int from, int end) {
    int entry = from;
    while (entry < end && words[entry] == 0) {
      entry++;
    }
    return entry;
  }

  /** Finds the first word of a block or of one behind it. */
  int entry(int block) {
    if (!sparse) {
      return block;
    }
    int place = Arrays.binarySearch(blocks, 0, entries, block);
    return place < 0 ? -place - 1 : place;
  }

  private void addWord(int block, long bits) {
    int entry = entry(block);
    if (entry == entries || block(entry) != block) {
      if (bits == 0) {
        return;
      }
      insert(entry, block);
    }
    addBits(entry, bits);
  }

  private void addBits(int entry, long bits) {
    size += Long.bitCount(bits & ~words[entry]);
    words[entry] |= bits;
  }

  private void removeWord(int block, long bits) {
    int entry = entry(block);
    if (entry < entries && block(entry) == block) {
      size -= Long.bitCount(bits & words[entry]);
      words[entry] &= ~bits;
    }
  }

  private void insert(int entry, int block) {
    requireCapacity(entries + 1);
    System.arraycopy(blocks, entry, blocks, entry + 1, entries - entry);
    System.arraycopy(words, entry, words, entry + 1, entries - entry);
    blocks[entry] = block;
    words[entry] = 0;
    entries++;
  }

  private void requireCapacity(int count) {
    if (count > words.length) {
      int capacity = Math.max(count, words.length + words.length / 2);
      blocks = Arrays.copyOf(blocks, capacity);
      words = Arrays.copyOf(words, capacity);
    }
  }

  /** Checks an item, and returns false if it is {@link ItemKeys#UNKNOWN}. */
  private boolean isKnown(int item) {
    return item != ItemKeys.UNKNOWN && Bounds.requireIndex("item", item, catalogueSize) >= 0;
  }
}
