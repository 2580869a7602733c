package org.staccato;

import java.util.Arrays;
import java.util.Objects;

/**
 * The result of a ranking, best first, equal scores by the lower item index. Meant to be reused: it
 * allocates only when a ranking is longer than all before. Not thread-safe.
 */
public final class Ranked {
  // While a ranking runs, a heap with the worst of the best so far at 0.
  private int[] items;
  private float[] scores;
  private int size;
  private int limit;

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
    this.items = new int[capacity];
    this.scores = new float[capacity];
  }

  /** {@return the number of items in the result} */
  public int size() {
    return size;
  }

  /**
   * Returns an item.
   *
   * @param rank its place, 0 for the best
   * @return the index of the item
   * @throws IndexOutOfBoundsException if the result is shorter
   */
  public int item(int rank) {
    return items[Objects.checkIndex(rank, size)];
  }

  /**
   * Returns a score.
   *
   * @param rank the item's place, 0 for the best
   * @return its score, a logit
   * @throws IndexOutOfBoundsException if the result is shorter
   */
  public float score(int rank) {
    return scores[Objects.checkIndex(rank, size)];
  }

  /** Empties the result for a ranking of at most so many items. */
  void start(int count) {
    if (count > items.length) {
      items = new int[count];
      scores = new float[count];
    }
    size = 0;
    limit = count;
  }

  /** What a score must exceed to enter. */
  float threshold() {
    return size < limit ? Float.NEGATIVE_INFINITY : scores[0];
  }

  /** Takes an item whose score exceeds the threshold; items come in ascending order. */
  void offer(int item, float score) {
    if (size < limit) {
      siftUp(size++, item, score);
    } else {
      siftDown(0, item, score);
    }
  }

  /** Takes the items of another ranking, both being finished, as far as they are among the best. */
  void merge(Ranked other) {
    // The order of a ranking read backwards is that of a heap: the worst comes first.
    for (int i = 0, j = size - 1; i < j; i++, j--) {
      int item = items[i];
      float score = scores[i];
      put(i, items[j], scores[j]);
      put(j, item, score);
    }
    for (int i = 0; i < other.size; i++) {
      if (size < limit || isWorse(items[0], scores[0], other.items[i], other.scores[i])) {
        offer(other.items[i], other.scores[i]);
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
    return "Ranked[items="
        + Arrays.toString(Arrays.copyOf(items, size))
        + ", scores="
        + Arrays.toString(Arrays.copyOf(scores, size))
        + "]";
  }
}
