package org.staccato.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Object2IntHashMap;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;

/**
 * Numbers for the items of all versions. An item's index changes from version to version; its
 * number stays, so that four bytes keep an event. Thread-safe; numbers are never given back.
 */
final class ItemDictionary {

  /** The most items of all versions together. */
  static final int LIMIT = 1 << 28;

  static final int ABSENT = -1;

  private final Long2LongHashMap longNumbers = new Long2LongHashMap(ABSENT);
  private final Object2IntHashMap<String> textNumbers = new Object2IntHashMap<>(ABSENT);
  private final List<String> texts = new ArrayList<>();
  private final Kind kind;
  private long[] longs = new long[16];
  private int size;
  private long generation;

  ItemDictionary(Kind kind) {
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  synchronized int size() {
    return size;
  }

  synchronized long longKey(int number) {
    return longs[number];
  }

  synchronized String text(int number) {
    return texts.get(number);
  }

  /** The number of an item, the next one if it is new. */
  synchronized int numberOf(long key) {
    long known = longNumbers.get(key);
    if (known != ABSENT) {
      return (int) known;
    }
    if (size == longs.length) {
      longs = Arrays.copyOf(longs, 2 * size);
    }
    requireRoom();
    longs[size] = key;
    longNumbers.put(key, size);
    return size++;
  }

  /** The number of an item, the next one if it is new. */
  synchronized int numberOf(String key) {
    int known = textNumbers.getValue(key);
    if (known != ABSENT) {
      return known;
    }
    requireRoom();
    texts.add(key);
    textNumbers.put(key, size);
    return size++;
  }

  private void requireRoom() {
    if (size == LIMIT) {
      throw new IllegalStateException(
          "items: found more than " + LIMIT + " in all versions, expected at most so many");
    }
  }

  /**
   * Translates between the indices of a version and numbers, and takes in the items that are new.
   *
   * @param latest whether it is the version that was published last
   * @throws IllegalStateException if the version's keys are of another kind, or there are too many
   */
  synchronized Translation translate(String digest, ItemKeys keys, boolean latest) {
    if (keys.kind() != kind) {
      throw new IllegalStateException(
          "item keys: found " + keys.kind() + ", expected " + kind + " as in the first version");
    }
    int[] numbers = new int[keys.size()];
    for (int item = 0; item < numbers.length; item++) {
      numbers[item] = kind == Kind.LONG ? numberOf(keys.longKey(item)) : numberOf(keys.text(item));
    }
    int[] items = new int[size];
    Arrays.fill(items, ABSENT);
    for (int item = 0; item < numbers.length; item++) {
      items[numbers[item]] = item;
    }
    return new Translation(digest, latest ? ++generation : 0, numbers, items);
  }

  static long versionOf(String digest) {
    return Math.max(1, Long.parseUnsignedLong(digest, 0, 16, 16) >>> 1);
  }

  /** Both directions for one version. */
  static final class Translation {
    static final Translation NONE = new Translation("0".repeat(64), 0, new int[0], new int[0]);

    private final String digest;
    private final long version;
    private final long generation;
    private final int[] numbers;
    private final int[] items;

    Translation(String digest, long generation, int[] numbers, int[] items) {
      this.digest = digest;
      this.version = versionOf(digest);
      this.generation = generation;
      this.numbers = numbers;
      this.items = items;
    }

    String digest() {
      return digest;
    }

    /** What names the version in slots: the first 63 bits of its digest, never 0. */
    long version() {
      return version;
    }

    /**
     * Greater for what was published later, 0 for a version that is no more or not yet the latest.
     */
    long generation() {
      return generation;
    }

    /** The number of an item of the version. */
    int number(int item) {
      if (item < 0 || item >= numbers.length) {
        throw new IndexOutOfBoundsException(
            "item: found " + item + ", expected 0 to " + (numbers.length - 1));
      }
      return numbers[item];
    }

    /** The index of an item in the version, or −1 if the version has it not. */
    int item(int number) {
      return number < items.length ? items[number] : ABSENT;
    }
  }
}
