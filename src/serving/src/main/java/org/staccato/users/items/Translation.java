package org.staccato.users.items;

import org.staccato.format.ItemKeys.Kind;

/** Translates between the indices of one version's items and their numbers. Immutable. */
public final class Translation {
  private final String digest;
  private final Kind kind;

  /** The numbers of the items by their indices. */
  private final int[] numbers;

  /** The indices of the items of the version's kind by their places. */
  private final int[] items;

  Translation(String digest, Kind kind, int[] numbers, int[] items) {
    this.digest = digest;
    this.kind = kind;
    this.numbers = numbers;
    this.items = items;
  }

  /** Returns the translation of another version with the same keys, in the same arrays. */
  Translation of(String other) {
    return new Translation(other, kind, numbers, items);
  }

  /** {@return the digest of the version} */
  public String digest() {
    return digest;
  }

  /** Returns the kind of the version's keys. */
  Kind kind() {
    return kind;
  }

  /** Returns the number of items of the version. */
  int size() {
    return numbers.length;
  }

  /** Tells whether two translations use the same arrays. */
  @SuppressWarnings("ReferenceEquality") // The same array, not an equal one.
  boolean sharesWith(Translation other) {
    return numbers == other.numbers;
  }

  /**
   * Returns the number of an item.
   *
   * @param item the index of the item in the version
   * @return its number
   * @throws IndexOutOfBoundsException if there is no such item
   */
  public int number(int item) {
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

  /**
   * Returns the index of an item.
   *
   * @param number the number of the item
   * @return its index in the version, or {@link ItemDictionary#ABSENT} if the version lacks it
   */
  public int item(int number) {
    // A number of the other kind keeps a bit that makes it greater than any place.
    int place = kind == Kind.LONG ? number : number ^ ItemDictionary.TEXT;
    return place < items.length ? items[place] : ItemDictionary.ABSENT;
  }
}
