package org.staccato;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.rank.TopK;

/**
 * The result of a ranking, best first, equal scores by the lower item index. Reuse it: it allocates
 * only for a ranking that is longer than all earlier ones. Not thread-safe.
 *
 * <p>Items are given by their indices, which are those of the version that ranked, and by their
 * keys, which are read from the memory of that version: read them before it is released. Later the
 * methods that read keys throw {@link IllegalStateException} once the version is retired, and never
 * return the key of another item.
 */
public final class Ranked {
  private final TopK best;

  /** The keys of the version that ranked, null before the first ranking. */
  private @Nullable ItemKeys keys;

  /** Creates an empty result with room for 16 items. */
  public Ranked() {
    this(16);
  }

  /**
   * Creates an empty result.
   *
   * @param capacity the length of a ranking up to which nothing is allocated, not negative
   * @throws IllegalArgumentException if the capacity is negative
   */
  public Ranked(int capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity: found " + capacity + ", expected 0 or more");
    }
    best = new TopK(capacity);
  }

  /** {@return the number of items in the result} */
  public int size() {
    return best.size();
  }

  /**
   * Returns an item.
   *
   * @param rank its place, 0 for the best
   * @return the index of the item
   * @throws IndexOutOfBoundsException if the result has no such rank
   */
  public int item(int rank) {
    return best.item(rank);
  }

  /**
   * Returns a score.
   *
   * @param rank the item's place, 0 for the best
   * @return its score, a logit
   * @throws IndexOutOfBoundsException if the result has no such rank
   */
  public float score(int rank) {
    return best.score(rank);
  }

  /**
   * Returns the textual form of an item's key, as {@link ItemKeys#text} does.
   *
   * @param rank the item's place, 0 for the best
   * @return its key as text
   * @throws IndexOutOfBoundsException if the result has no such rank
   * @throws IllegalStateException if the version is retired
   */
  public String text(int rank) {
    int item = item(rank);
    return keys().text(item);
  }

  /**
   * Copies the textual form of an item's key in UTF-8, as {@link ItemKeys#copyText} does; does not
   * allocate.
   *
   * @param rank the item's place, 0 for the best
   * @param target receives the bytes from its start on; {@link ItemKeys#TEXT_LIMIT} are always
   *     enough
   * @return the number of bytes
   * @throws IndexOutOfBoundsException if the result has no such rank or the target is too short
   * @throws IllegalStateException if the version is retired
   */
  public int copyText(int rank, byte[] target) {
    int item = item(rank);
    return keys().copyText(item, target);
  }

  /**
   * Returns the 64-bit key of an item; does not allocate.
   *
   * @param rank the item's place, 0 for the best
   * @return its key
   * @throws IndexOutOfBoundsException if the result has no such rank
   * @throws IllegalStateException if the version is retired or its keys are text
   */
  public long longKey(int rank) {
    int item = item(rank);
    return keys().longKey(item);
  }

  private ItemKeys keys() {
    return Objects.requireNonNull(keys);
  }

  /** Returns the items and scores for a ranking of a version to fill. */
  TopK startOf(ItemKeys version) {
    // A ranking that fails must not leave the items of one version beside the keys of another.
    best.clear();
    keys = version;
    return best;
  }

  @Override
  public String toString() {
    return "Ranked" + best;
  }
}
