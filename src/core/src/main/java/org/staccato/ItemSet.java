package org.staccato;

import java.util.Arrays;
import java.util.Objects;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;

/**
 * A set of items of one version of a model: what a user has seen, what may be shown, what must not.
 * An index means another item in another version, so a set answers for its own only: {@link
 * #carriedOver} makes that of another.
 *
 * <p>There are two kinds, with the same methods. A set that {@linkplain #ItemSet(ModelVersion) a
 * constructor} makes has a bit for each item of the catalogue: any number of items, each added in
 * constant time, and no allocation after. One of {@link #of} takes twelve bytes an item: for a few
 * thousand items of a large catalogue at most, since a single item is added in linear time; it
 * allocates when it becomes larger than ever before.
 *
 * <p>Not thread-safe for writing.
 */
public final class ItemSet {
  private final String digest;
  private final int items;
  private final boolean small;

  /** The blocks of 64 items that the words are of, ascending; unused if there are all. */
  private int[] blocks;

  private long[] words;
  private int entries;
  private int size;

  /**
   * Creates an empty set with a bit for each item.
   *
   * @param version the version of the model whose items it is to hold
   * @throws IllegalStateException if the model does not rank items
   */
  public ItemSet(ModelVersion version) {
    this(version.digest(), version.specification().ranking().items(), false);
  }

  private ItemSet(String digest, int items, boolean small) {
    this.digest = digest;
    this.items = items;
    this.small = small;
    blocks = new int[0];
    words = new long[small ? 0 : Math.ceilDiv(items, Long.SIZE)];
    entries = words.length;
  }

  /**
   * Creates a small set.
   *
   * @param version the version of the model whose items it holds
   * @param list the indices of the items from the start on, in any order; repeated ones count once
   * @param count how many there are
   * @return a set that takes memory for these only
   * @throws IndexOutOfBoundsException if the catalogue has no such item, or the array fewer
   * @throws IllegalStateException if the model does not rank items
   */
  public static ItemSet of(ModelVersion version, int[] list, int count) {
    ItemSet set = new ItemSet(version.digest(), version.specification().ranking().items(), true);
    set.set(list, count);
    return set;
  }

  /** {@return the number of items in the catalogue, those outside the set included} */
  public int items() {
    return items;
  }

  /** {@return the digest of the version of the model whose items the set holds} */
  public String digest() {
    return digest;
  }

  /** {@return the number of items in the set} */
  public int size() {
    return size;
  }

  /**
   * Asks for an item.
   *
   * @param item the index of an item
   * @return whether the set contains it
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public boolean contains(int item) {
    requireItem(item);
    return (word(item / Long.SIZE) & 1L << item) != 0;
  }

  /**
   * Adds an item.
   *
   * @param item the index of an item
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void add(int item) {
    requireItem(item);
    addWord(item / Long.SIZE, 1L << item);
  }

  /**
   * Removes an item.
   *
   * @param item the index of an item
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void remove(int item) {
    requireItem(item);
    removeWord(item / Long.SIZE, 1L << item);
  }

  /** Removes all items. */
  public void clear() {
    if (small) {
      entries = 0;
    } else {
      Arrays.fill(words, 0);
    }
    size = 0;
  }

  /**
   * Replaces the items. Nothing is allocated, unless a small set becomes larger than ever before.
   *
   * @param list the indices of the items from the start on, in any order; repeated ones count once
   * @param count how many there are
   * @throws IndexOutOfBoundsException if the catalogue has no such item, or the array fewer; the
   *     set is unchanged
   */
  public void set(int[] list, int count) {
    Objects.checkFromIndexSize(0, count, list.length);
    for (int i = 0; i < count; i++) {
      requireItem(list[i]);
    }
    clear();
    if (small) {
      setSmall(list, count);
    } else {
      for (int i = 0; i < count; i++) {
        addWord(list[i] / Long.SIZE, 1L << list[i]);
      }
    }
  }

  private void setSmall(int[] list, int count) {
    requireCapacity(count);
    System.arraycopy(list, 0, blocks, 0, count);
    sort(blocks, count);
    // A word takes the place of its first item, which has been read.
    for (int i = 0; i < count; i++) {
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
   * @param other a set of the same version, of either kind
   * @throws StaleVersionException if it is of another version
   */
  public void addAll(ItemSet other) {
    other.requireVersion("item set", digest);
    for (int i = 0; i < other.entries; i++) {
      addWord(other.block(i), other.words[i]);
    }
  }

  /**
   * Removes the items of another set, so that those remain which are not in it.
   *
   * @param other a set of the same version, of either kind
   * @throws StaleVersionException if it is of another version
   */
  public void andNot(ItemSet other) {
    other.requireVersion("item set", digest);
    for (int i = 0; i < other.entries; i++) {
      removeWord(other.block(i), other.words[i]);
    }
  }

  /**
   * Makes the set of the same items in another version, by their keys; what that version lacks is
   * left out. The keys of both versions are there in a {@link
   * org.staccato.live.CataloguePreparation}, before the other version is published; those of a
   * retired one are no longer.
   *
   * @param own the item keys of the version that this set is of
   * @param other the item keys of the other version
   * @return a set of the other version, of the same kind as this
   * @throws StaleVersionException if {@code own} is of another version than this set
   * @throws IllegalStateException if one of the versions is retired
   */
  public ItemSet carriedOver(ItemKeys own, ItemKeys other) {
    requireVersion("item set", own.digest());
    ItemSet set = new ItemSet(other.digest(), other.size(), small);
    boolean longs = own.kind() == ItemKeys.Kind.LONG && other.kind() == ItemKeys.Kind.LONG;
    for (int i = 0; i < entries; i++) {
      for (long rest = words[i]; rest != 0; rest &= rest - 1) {
        int item = block(i) * Long.SIZE + Long.numberOfTrailingZeros(rest);
        int there = longs ? other.indexOf(own.longKey(item)) : other.indexOf(own.text(item));
        if (there >= 0) {
          set.add(there);
        }
      }
    }
    return set;
  }

  /** Checks that the set is of a version. */
  void requireVersion(String what, String expected) {
    // Both are the same string, which is quick to tell, unless the file was loaded again.
    if (!digest.equals(expected)) {
      throw new StaleVersionException(what, digest, expected);
    }
  }

  /** Returns 64 items as bits: those of a block of the output layer, the first as the lowest. */
  long word(int block) {
    int entry = entry(block);
    return entry < entries && block(entry) == block ? words[entry] : 0;
  }

  /** Returns the number of words that there are, in the order of their blocks. */
  int entries() {
    return entries;
  }

  /** Returns the block of one of the words. */
  int block(int entry) {
    return small ? blocks[entry] : entry;
  }

  /** Returns one of the words. */
  long wordAt(int entry) {
    return words[entry];
  }

  /** Finds the first of some words that has an item, or returns the end. */
  int nextEntry(int from, int end) {
    int entry = from;
    while (entry < end && words[entry] == 0) {
      entry++;
    }
    return entry;
  }

  /** Finds the first of the words that is of a block or of one behind it. */
  int entry(int block) {
    if (!small) {
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

  private void requireItem(int item) {
    if (item < 0 || item >= items) {
      throw new IndexOutOfBoundsException("item: found " + item + ", expected 0 to " + (items - 1));
    }
  }
}
