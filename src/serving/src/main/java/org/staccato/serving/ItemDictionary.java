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
 * number stays, so that four bytes keep an event. Keys of both kinds are numbered side by side, and
 * a number tells which kind its key is of: a 64-bit key and a text are different items, even if
 * they read alike. Thread-safe; numbers are never given back.
 */
final class ItemDictionary {

  /** The most items of all versions together. */
  static final int LIMIT = 1 << 28;

  static final int ABSENT = -1;

  /** The bit that is set in the numbers of textual keys; all others count the items of a kind. */
  private static final int TEXT = 1 << 30;

  private final Long2LongHashMap longNumbers = new Long2LongHashMap(ABSENT);
  private final Object2IntHashMap<String> textNumbers = new Object2IntHashMap<>(ABSENT);
  private final List<String> texts = new ArrayList<>();
  private long[] longs = new long[16];
  private int longCount;
  private long generation;

  /** How many items there are of both kinds. */
  synchronized int size() {
    return longCount + texts.size();
  }

  /** How many items there are of a kind. */
  synchronized int size(Kind kind) {
    return kind == Kind.LONG ? longCount : texts.size();
  }

  /** Which kind the key of a number's item is of. */
  static Kind kindOf(int number) {
    return (number & TEXT) == 0 ? Kind.LONG : Kind.TEXT;
  }

  /** The place of a number's item among those of its kind. */
  static int placeOf(int number) {
    return number & ~TEXT;
  }

  /** The 64-bit key at a place among those. */
  synchronized long longKey(int place) {
    return longs[place];
  }

  /** The textual key at a place among those. */
  synchronized String text(int place) {
    return texts.get(place);
  }

  /** The number of an item, the next one if it is new. */
  synchronized int numberOf(long key) {
    long known = longNumbers.get(key);
    if (known != ABSENT) {
      return (int) known;
    }
    requireRoom();
    if (longCount == longs.length) {
      longs = Arrays.copyOf(longs, 2 * longCount);
    }
    int number = longCount;
    longs[longCount++] = key;
    longNumbers.put(key, number);
    return number;
  }

  /** The number of an item, the next one if it is new. */
  synchronized int numberOf(String key) {
    int known = textNumbers.getValue(key);
    if (known != ABSENT) {
      return known;
    }
    requireRoom();
    int number = texts.size() | TEXT;
    texts.add(key);
    textNumbers.put(key, number);
    return number;
  }

  private void requireRoom() {
    if (size() == LIMIT) {
      throw new IllegalStateException(
          "items: found more than " + LIMIT + " in all versions, expected at most so many");
    }
  }

  /**
   * Translates between the indices of a version and numbers, and takes in the items that are new.
   *
   * @param latest whether it is the version that was published last
   * @throws IllegalStateException if there are too many
   */
  synchronized Translation translate(String digest, ItemKeys keys, boolean latest) {
    Kind kind = keys.kind();
    int[] numbers = new int[keys.size()];
    for (int item = 0; item < numbers.length; item++) {
      numbers[item] = kind == Kind.LONG ? numberOf(keys.longKey(item)) : numberOf(keys.text(item));
    }
    int[] items = new int[size(kind)];
    Arrays.fill(items, ABSENT);
    for (int item = 0; item < numbers.length; item++) {
      items[placeOf(numbers[item])] = item;
    }
    return new Translation(digest, kind, latest ? ++generation : 0, numbers, items);
  }

  static long versionOf(String digest) {
    return Math.max(1, Long.parseUnsignedLong(digest, 0, 16, 16) >>> 1);
  }

  /** Both directions for one version. */
  static final class Translation {
    static final Translation NONE =
        new Translation("0".repeat(64), Kind.LONG, 0, new int[0], new int[0]);

    private final String digest;
    private final long version;
    private final long generation;
    private final int bit;
    private final int[] numbers;

    /** The indices of the items of the version's kind by their places. */
    private final int[] items;

    Translation(String digest, Kind kind, long generation, int[] numbers, int[] items) {
      this.digest = digest;
      this.version = versionOf(digest);
      this.bit = kind == Kind.LONG ? 0 : TEXT;
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
      // A number of the other kind keeps a bit that makes it greater than any place.
      int place = number ^ bit;
      return place < items.length ? items[place] : ABSENT;
    }
  }
}
