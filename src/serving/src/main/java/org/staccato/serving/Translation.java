package org.staccato.serving;

import org.staccato.format.ItemKeys.Kind;

/** Translates between the indices of one version's items and their numbers. Immutable. */
final class Translation {
  private final String digest;
  private final long version;
  private final Kind kind;

  /** The numbers of the items by their indices. */
  private final int[] numbers;

  /** The indices of the items of the version's kind by their places. */
  private final int[] items;

  Translation(String digest, Kind kind, int[] numbers, int[] items) {
    this.digest = digest;
    this.version = versionOf(digest);
    this.kind = kind;
    this.numbers = numbers;
    this.items = items;
  }

  /** The translation of another version with the same keys, in the same arrays. */
  Translation of(String other) {
    return new Translation(other, kind, numbers, items);
  }

  String digest() {
    return digest;
  }

  Kind kind() {
    return kind;
  }

  /** How many items the version has. */
  int size() {
    return numbers.length;
  }

  /** What names the version in slots: the first 63 bits of its digest, never 0. */
  long version() {
    return version;
  }

  static long versionOf(String digest) {
    return Math.max(1, Long.parseUnsignedLong(digest, 0, 16, 16) >>> 1);
  }

  /** Whether both are in the same arrays. */
  @SuppressWarnings("ReferenceEquality") // The same array, not one that is alike.
  boolean sharesWith(Translation other) {
    return numbers == other.numbers;
  }

  /** The number of an item of the version. */
  int number(int item) {
    if (item < 0 || item >= numbers.length) {
      throw new IndexOutOfBoundsException(
          "item: found " + item + ", expected 0 to " + (numbers.length - 1));
    }
    return numbers[item];
  }

  /** Copies the numbers of the first items. */
  void copyNumbers(int[] target, int count) {
    System.arraycopy(numbers, 0, target, 0, count);
  }

  /** The index of an item in the version, or −1 if the version has it not. */
  int item(int number) {
    // A number of the other kind keeps a bit that makes it greater than any place.
    int place = kind == Kind.LONG ? number : number ^ ItemDictionary.TEXT;
    return place < items.length ? items[place] : ItemDictionary.ABSENT;
  }
}
