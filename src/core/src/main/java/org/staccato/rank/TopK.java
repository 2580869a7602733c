package org.staccato.rank;

import java.util.Arrays;
import org.staccato.memory.Bounds;

/**
 * Keeps the k best of the items that are offered to it, best first, equal scores by the lower item
 * index. Allocates only for a ranking that is longer than all earlier ones. Not thread-safe.
 */
public final class TopK {
  // While a ranking runs, a heap with the worst of the best so far at 0.
  private int[] items;
  private float[] scores;
  private int size;
  private int limit;

  /**
   * Creates an empty ranking.
   *
   * @param capacity the length of a ranking up to which nothing is allocated, not negative
   */
  public TopK(int capacity) {
    items = new int[capacity];
    scores = new float[capacity];
  }

  /** {@return the number of items} */
  public int size() {
    return size;
  }

  /**
   * Returns an item.
   *
   * @param rank its place, 0 for the best
   * @return the index of the item
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public int item(int rank) {
    return items[Bounds.requireIndex("rank", rank, size)];
  }

  /**
   * Returns a score.
   *
   * @param rank the item's place, 0 for the best
   * @return its score
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public float score(int rank) {
    return scores[Bounds.requireIndex("rank", rank, size)];
  }

  /** Empties the ranking. */
  public void clear() {
    size = 0;
  }

  /** Empties the ranking, for at most {@code count} items. */
  void start(int count) {
    if (count > items.length) {
      items = new int[count];
      scores = new float[count];
    }
    size = 0;
    limit = count;
  }

  /** Returns the score that an item must exceed to enter. */
  float threshold() {
    return size < limit ? Float.NEGATIVE_INFINITY : scores[0];
  }

  /** Takes an item if its score exceeds the threshold; items come in ascending order. */
  void offer(int item, float score) {
    if (score > threshold()) {
      take(item, score);
    }
  }

  /**
   * Puts an item behind those before, in the order of a list.
   *
   * @return whether there was room for it
   */
  boolean append(int item, float score) {
    if (size == limit) {
      return false;
    }
    put(size++, item, score);
    return true;
  }

  /** Merges another ranking into this one, both finished; items of either may come first. */
  void merge(TopK other) {
    // The order of a ranking read backwards is that of a heap: the worst comes first.
    for (int i = 0, j = size - 1; i < j; i++, j--) {
      int item = items[i];
      float score = scores[i];
      put(i, items[j], scores[j]);
      put(j, item, score);
    }
    for (int i = 0; i < other.size; i++) {
      if (size < limit || isWorse(items[0], scores[0], other.items[i], other.scores[i])) {
        take(other.items[i], other.scores[i]);
      }
    }
    finish();
  }

  /** Turns the heap into the ranking. */
  void finish() {
    int all = size;
    while (size > 1) {
      int worst = items[0];
      float score = scores[0];
      size--;
      siftDown(0, items[size], scores[size]);
      items[size] = worst;
      scores[size] = score;
    }
    size = all;
  }

  /** Adds an item, in place of the worst if the heap is full. */
  private void take(int item, float score) {
    if (size < limit) {
      siftUp(size++, item, score);
    } else {
      siftDown(0, item, score);
    }
  }

  private void siftUp(int from, int item, float score) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) / 2;
      if (!isWorse(item, score, items[parent], scores[parent])) {
        break;
      }
      put(place, items[parent], scores[parent]);
      place = parent;
    }
    put(place, item, score);
  }

  private void siftDown(int from, int item, float score) {
    int place = from;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size
          && isWorse(items[child + 1], scores[child + 1], items[child], scores[child])) {
        child++;
      }
      if (!isWorse(items[child], scores[child], item, score)) {
        break;
      }
      put(place, items[child], scores[child]);
      place = child;
    }
    put(place, item, score);
  }

  private void put(int place, int item, float score) {
    items[place] = item;
    scores[place] = score;
  }

  private static boolean isWorse(int item, float score, int otherItem, float otherScore) {
    return score < otherScore || (score == otherScore && item > otherItem);
  }

  @Override
  public String toString() {
    return "[items="
        + Arrays.toString(Arrays.copyOf(items, size))
        + ", scores="
        + Arrays.toString(Arrays.copyOf(scores, size))
        + "]";
  }
}
