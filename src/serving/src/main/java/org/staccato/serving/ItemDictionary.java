package org.staccato.serving;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.format.Pace;

/**
 * Numbers for the items of all versions. An item's index changes from version to version; its
 * number stays, so that four bytes keep an event. Keys of both kinds are numbered side by side, and
 * a number tells which kind its key is of: a 64-bit key and a text are different items, even if
 * they read alike. Thread-safe; numbers are never given back, and their keys are read without a
 * lock.
 */
final class ItemDictionary {

  /** The most items of all versions together. */
  static final int LIMIT = 1 << 28;

  static final int ABSENT = -1;

  /** The bit that is set in the numbers of textual keys; all others count the items of a kind. */
  static final int TEXT = 1 << 30;

  /** The items that are translated under one lock and before a pause: some microseconds. */
  private static final int SLICE = 64;

  private final LongKeys longs = new LongKeys();
  private final TextKeys texts = new TextKeys();

  /** How many items there are of both kinds. */
  int size() {
    return longs.size() + texts.size();
  }

  /** How many items there are of a kind. */
  int size(Kind kind) {
    return kind == Kind.LONG ? longs.size() : texts.size();
  }

  /** Which kind the key of a number's item is of. */
  static Kind kindOf(int number) {
    return (number & TEXT) == 0 ? Kind.LONG : Kind.TEXT;
  }

  /** The place of a number's item among those of its kind. */
  static int placeOf(int number) {
    return number & ~TEXT;
  }

  /** The 64-bit keys by their places, to be read. */
  LongKeys longs() {
    return longs;
  }

  /** The textual keys by their places, to be read. */
  TextKeys texts() {
    return texts;
  }

  /** The number of an item, the next one if it is new. */
  synchronized int numberOf(long key) {
    int known = longs.find(key);
    if (known != ABSENT) {
      return known;
    }
    requireRoom();
    return longs.add(key);
  }

  /** The number of an item by the UTF-8 of its key, the next one if it is new. */
  synchronized int numberOf(byte[] text, int offset, int length) {
    int known = texts.find(text, offset, length);
    if (known != ABSENT) {
      return known | TEXT;
    }
    requireRoom();
    return texts.add(text, offset, length) | TEXT;
  }

  private void requireRoom() {
    if (size() == LIMIT) {
      throw new IllegalStateException(
          "items: found more than " + LIMIT + " in all versions, expected at most so many");
    }
  }

  /**
   * Translates between the indices of a version and numbers, and takes in the items that are new.
   * Where the keys begin as those of a version that was translated before, they are compared, not
   * looked up, and where they are the same, the translations share their arrays.
   *
   * @param before the translation of another version, or null
   * @throws IllegalStateException if there are too many items
   */
  Translation translate(String digest, ItemKeys keys, @Nullable Translation before, Pace pace) {
    byte[] text = new byte[keys.kind() == Kind.TEXT ? ItemKeys.TEXT_LIMIT : 0];
    Translation similar = before == null || before.kind() != keys.kind() ? null : before;
    int same = similar == null ? 0 : commonItems(keys, similar, text, pace);
    if (similar != null && same == keys.size() && same == similar.size()) {
      return similar.of(digest);
    }
    int[] numbers = new int[keys.size()];
    if (similar != null) {
      similar.copyNumbers(numbers, same);
    }
    int next = same;
    while (next < numbers.length) {
      next = numberSlice(keys, next, numbers, text);
      pace.pause();
    }
    return new Translation(digest, keys.kind(), numbers, itemsByPlace(numbers, keys.kind(), pace));
  }

  private int[] itemsByPlace(int[] numbers, Kind kind, Pace pace) {
    int[] items = new int[size(kind)];
    Arrays.fill(items, ABSENT);
    for (int item = 0; item < numbers.length; item++) {
      items[placeOf(numbers[item])] = item;
      pauseAfter(item, pace);
    }
    return items;
  }

  /** How many items at the start have the same keys. */
  private int commonItems(ItemKeys keys, Translation other, byte[] text, Pace pace) {
    int end = Math.min(keys.size(), other.size());
    int item = 0;
    while (item < end && isItem(placeOf(other.number(item)), keys, item, text)) {
      pauseAfter(item++, pace);
    }
    return item;
  }

  private boolean isItem(int place, ItemKeys keys, int item, byte[] text) {
    return keys.kind() == Kind.LONG
        ? longs.get(place) == keys.longKey(item)
        : texts.matches(place, text, 0, keys.copyText(item, text));
  }

  /** Numbers some items, and returns the next one. */
  private synchronized int numberSlice(ItemKeys keys, int from, int[] numbers, byte[] text) {
    int to = Math.min(numbers.length, (from / SLICE + 1) * SLICE);
    for (int item = from; item < to; item++) {
      numbers[item] =
          keys.kind() == Kind.LONG
              ? numberOf(keys.longKey(item))
              : numberOf(text, 0, keys.copyText(item, text));
    }
    return to;
  }

  private static void pauseAfter(int item, Pace pace) {
    if (item % SLICE == SLICE - 1) {
      pace.pause();
    }
  }
}
