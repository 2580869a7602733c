package org.staccato;

import org.staccato.rank.TopK;

/**
 * The result of a ranking, best first, equal scores by the lower item index. Reuse it: it allocates
 * only for a ranking that is longer than all earlier ones. Not thread-safe.
 */
public final class Ranked {
  private final TopK best;

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

  /** Returns the items and scores for a ranking to fill. */
  TopK best() {
    return best;
  }

  @Override
  public String toString() {
    return "Ranked" + best;
  }
}
