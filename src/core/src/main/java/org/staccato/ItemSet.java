package org.staccato;

import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;
import org.staccato.rank.ItemWords;

/**
 * A set of items of one version of a model: the items that a user has seen, the allowed items, or
 * the denied ones. An index means another item in another version, so a set is valid for its own
 * version only; {@link #carriedOver} makes the set of another version.
 *
 * <p>There are two kinds, with the same methods. A dense set, which the {@linkplain
 * #ItemSet(ModelVersion) constructor} makes, has a bit for each item of the catalogue: it holds any
 * number of items, adds each in constant time, and allocates nothing after its creation. A sparse
 * set, which {@link #of} makes, takes twelve bytes an item: it is for a few thousand items of a
 * large catalogue at most, adds a single item in linear time, and allocates whenever it becomes
 * larger than its largest size so far.
 *
 * <p>Not thread-safe for writing.
 */
public final class ItemSet {
  private final String digest;
  private final ItemWords words;

  /**
   * Creates an empty dense set.
   *
   * @param version the version of the model whose items the set will hold
   * @throws IllegalStateException if the model does not rank items
   */
  public ItemSet(ModelVersion version) {
    this(version.digest(), ItemWords.dense(version.specification().ranking().items()));
  }

  private ItemSet(String digest, ItemWords words) {
    this.digest = digest;
    this.words = words;
  }

  /**
   * Creates a sparse set.
   *
   * @param version the version of the model whose items it holds
   * @param list the indices of the items from the start on, in any order; repeated ones count once,
   *     {@link ItemKeys#UNKNOWN} not at all
   * @param count the number of indices
   * @return a set that takes memory for these items only
   * @throws IndexOutOfBoundsException if the catalogue has no such item, or the array fewer
   * @throws IllegalStateException if the model does not rank items
   */
  public static ItemSet of(ModelVersion version, int[] list, int count) {
    ItemWords words = ItemWords.sparse(version.specification().ranking().items());
    words.set(list, count);
    return new ItemSet(version.digest(), words);
  }

  /** {@return the number of items in the catalogue, those outside the set included} */
  public int catalogueSize() {
    return words.catalogueSize();
  }

  /** {@return the digest of the version of the model whose items the set holds} */
  public String digest() {
    return digest;
  }

  /** {@return the number of items in the set} */
  public int size() {
    return words.size();
  }

  /**
   * Tells whether the set contains an item.
   *
   * @param item the index of an item, or {@link ItemKeys#UNKNOWN}, which no set contains
   * @return whether the set contains it
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public boolean contains(int item) {
    return words.contains(item);
  }

  /**
   * Adds an item, unless it is unknown.
   *
   * @param item the index of an item, or {@link ItemKeys#UNKNOWN}
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void add(int item) {
    words.add(item);
  }

  /**
   * Removes an item.
   *
   * @param item the index of an item, or {@link ItemKeys#UNKNOWN}
   * @throws IndexOutOfBoundsException if the catalogue has no such item
   */
  public void remove(int item) {
    words.remove(item);
  }

  /** Removes all items. */
  public void clear() {
    words.clear();
  }

  /**
   * Replaces the items. Allocates nothing, unless a sparse set becomes larger than its largest size
   * so far.
   *
   * @param list the indices of the items from the start on, in any order; repeated ones count once,
   *     {@link ItemKeys#UNKNOWN} not at all
   * @param count the number of indices
   * @throws IndexOutOfBoundsException if the catalogue has no such item, or the array fewer; the
   *     set is unchanged
   */
  public void set(int[] list, int count) {
    words.set(list, count);
  }

  /**
   * Adds the items of another set.
   *
   * @param other a set of the same version, of either kind
   * @throws StaleVersionException if it is of another version
   */
  public void addAll(ItemSet other) {
    other.requireVersion("item set", digest);
    words.addAll(other.words);
  }

  /**
   * Removes the items of another set.
   *
   * @param other a set of the same version, of either kind
   * @throws StaleVersionException if it is of another version
   */
  public void andNot(ItemSet other) {
    other.requireVersion("item set", digest);
    words.andNot(other.words);
  }

  /**
   * Makes the set of the same items in another version: finds each item by its key, and leaves out
   * the items that the other version does not have. Call it in a {@link
   * org.staccato.live.CataloguePreparation}, which can read the keys of both versions before the
   * other is published; a retired version has no keys.
   *
   * @param own the item keys of the version that this set is of
   * @param other the item keys of the other version
   * @return a set of the other version, of the same kind as this
   * @throws StaleVersionException if {@code own} is of another version than this set
   * @throws IllegalStateException if one of the versions is retired
   */
  public ItemSet carriedOver(ItemKeys own, ItemKeys other) {
    requireVersion("item set", own.digest());
    ItemWords carried = words.emptyFor(other.size());
    boolean longs = own.kind() == ItemKeys.Kind.LONG && other.kind() == ItemKeys.Kind.LONG;
    for (int item = words.next(0); item >= 0; item = words.next(item + 1)) {
      int there = longs ? other.indexOf(own.longKey(item)) : other.indexOf(own.text(item));
      if (there >= 0) {
        carried.add(there);
      }
    }
    return new ItemSet(other.digest(), carried);
  }

  /** Checks that the set is of a version. */
  void requireVersion(String what, String expected) {
    // Both are the same object, so the comparison is fast, unless the file was loaded again.
    if (!digest.equals(expected)) {
      throw new StaleVersionException(what, digest, expected);
    }
  }

  /** Returns the items for a ranking to read. */
  ItemWords words() {
    return words;
  }
}
