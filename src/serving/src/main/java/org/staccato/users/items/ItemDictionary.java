package org.staccato.users.items;

import java.util.Arrays;
import org.agrona.collections.IntHashSet;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.format.Pace;

/**
 * Numbers the items of all versions. The index of an item changes from version to version; its
 * number stays, so that four bytes keep an event. Numbers of both kinds of keys exist side by side,
 * and a number tells the kind of its key: a 64-bit key and a text are different items, even if they
 * read alike. Numbers are never given back. Thread-safe; keys are read without a lock.
 */
public final class ItemDictionary {

  /** The most items of all versions together. */
  static final int LIMIT = 1 << 28;

  /** The index of an item that a version lacks. */
  public static final int ABSENT = -1;

  /** The bit that is set in the numbers of textual keys; the other bits are the place. */
  static final int TEXT = 1 << 30;

  /** The items that are translated under one lock and before a pause: some microseconds. */
  private static final int SLICE = 64;

  /** The numbers of the items that no version has had so far. */
  private final IntHashSet unknown = new IntHashSet();

  private final LongKeys longs = new LongKeys();
  private final TextKeys texts = new TextKeys();

  /** Creates an empty dictionary. */
  public ItemDictionary() {}

  /** {@return the number of items of both kinds} */
  public int size() {
    return longs.size() + texts.size();
  }

  /**
   * Counts the items of a kind.
   *
   * @param kind the kind of their keys
   * @return the number of items
   */
  public int size(Kind kind) {
    return kind == Kind.LONG ? longs.size() : texts.size();
  }

  /**
   * Returns the kind of an item's key.
   *
   * @param number the number of the item
   * @return the kind
   */
  public static Kind kindOf(int number) {
    return (number & TEXT) == 0 ? Kind.LONG : Kind.TEXT;
  }

  /**
   * Returns the place of an item among those of its kind.
   *
   * @param number the number of the item
   * @return its place, from 0
   */
  public static int placeOf(int number) {
    return number & ~TEXT;
  }

  /** {@return the 64-bit keys by their places} */
  public LongKeys longs() {
    return longs;
  }

  /** {@return the textual keys by their places} */
  public TextKeys texts() {
    return texts;
  }

  /**
   * Returns the number of an item, which is added if it is new.
   *
   * @param key its 64-bit key
   * @return its number
   * @throws IllegalStateException if the dictionary is full
   */
  public synchronized int numberOf(long key) {
    int known = longs.find(key);
    if (known != ABSENT) {
      return known;
    }
    requireRoom();
    return longs.add(key);
  }

  /**
   * Returns the number of an item, which is added if it is new.
   *
   * @param text holds the UTF-8 of its key
   * @param offset the offset of the key
   * @param length the bytes of the key
   * @return its number
   * @throws IllegalStateException if the dictionary is full
   */
  public synchronized int numberOf(byte[] text, int offset, int length) {
    int known = texts.find(text, offset, length);
    if (known != ABSENT) {
      return known | TEXT;
    }
    requireRoom();
    return texts.add(text, offset, length) | TEXT;
  }

  /**
   * Returns the number of an item that the current version lacks. It is added if it is new, so that
   * a later version finds its events, unless there are too many items that no version has had:
   * their keys come from outside, and must not fill the memory.
   *
   * @param key its 64-bit key
   * @param limit the most items that no version has had
   * @return its number, or {@link #ABSENT}
   * @throws IllegalStateException if the dictionary is full
   */
  public synchronized int numberOfUnknown(long key, int limit) {
    int known = longs.find(key);
    return known != ABSENT || unknown.size() >= limit ? known : noteUnknown(numberOf(key));
  }

  /**
   * Returns the number of an item that the current version lacks, as {@link #numberOfUnknown(long,
   * int)} does.
   *
   * @param text the UTF-8 of its key
   * @param limit the most items that no version has had
   * @return its number, or {@link #ABSENT}
   * @throws IllegalStateException if the dictionary is full
   */
  public synchronized int numberOfUnknown(byte[] text, int limit) {
    boolean known = texts.find(text, 0, text.length) != ABSENT;
    if (!known && unknown.size() >= limit) {
      return ABSENT;
    }
    int number = numberOf(text, 0, text.length);
    return known ? number : noteUnknown(number);
  }

  private int noteUnknown(int number) {
    unknown.add(number);
    return number;
  }

  /** {@return the number of items that no version has had so far} */
  public synchronized int unknown() {
    return unknown.size();
  }

  private void requireRoom() {
    if (size() == LIMIT) {
      throw new IllegalStateException(
          "items of all versions: found more than " + LIMIT + ", expected at most " + LIMIT);
    }
  }

  /**
   * Translates between the indices of a version and numbers, and adds the items that are new. As
   * far as the keys begin with those of an earlier version, they are compared instead of looked up;
   * if all keys are equal, the translations share their arrays.
   *
   * @param before the translation of another version, or null
   * @throws IllegalStateException if the dictionary is full
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

  /** Counts the items at the start that have the same keys. */
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

  /** Numbers a slice of the items, and returns the index after it. */
  private synchronized int numberSlice(ItemKeys keys, int from, int[] numbers, byte[] text) {
    int to = Math.min(numbers.length, (from / SLICE + 1) * SLICE);
    for (int item = from; item < to; item++) {
      numbers[item] =
          keys.kind() == Kind.LONG
              ? numberOf(keys.longKey(item))
              : numberOf(text, 0, keys.copyText(item, text));
      unknown.remove(numbers[item]);
    }
    return to;
  }

  private static void pauseAfter(int item, Pace pace) {
    if (item % SLICE == SLICE - 1) {
      pace.pause();
    }
  }
}
