package org.staccato.trainer.baseline;

import java.util.Arrays;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

/**
 * Item-based nearest neighbours (M. Deshpande and G. Karypis, "Item-Based Top-N Recommendation
 * Algorithms", 2004): two items are as similar as the cosine of the sets of training sequences that
 * hold them, c(i, j)/√(c(i)·c(j)), and each item keeps its nearest neighbours. An item's score is
 * the sum of its similarities to the last distinct items observed. Popularity orders the items
 * without a score.
 */
public final class ItemKnn implements NextItemModel {
  /** Of longer sequences only the last so many distinct items are paired, to bound the time. */
  private static final int MOST_ITEMS = 1000;

  private final int history;
  private final int[] starts;
  private final int[] neighbours;
  private final float[] similarities;
  private final float[] backoff;

  /**
   * Counts which items stand in the same sequences.
   *
   * @param train the training part
   * @param nearest the number of neighbours that an item keeps, at least 1
   * @param history the number of last events whose items are summed over, 1 to 1,000
   * @throws IllegalArgumentException if a number is out of range
   */
  public ItemKnn(Sequences train, int nearest, int history) {
    if (nearest < 1 || history < 1 || history > 1000) {
      throw new IllegalArgumentException(
          "nearest and history: found "
              + nearest
              + " and "
              + history
              + ", expected at least 1, the second at most 1000");
    }
    this.history = history;
    SequenceIndex index = new SequenceIndex(train, MOST_ITEMS);
    backoff = Backoff.of(new ItemCounts(train));
    int items = train.items();
    starts = new int[items + 1];
    int[] allNeighbours = new int[1024];
    float[] allSimilarities = new float[1024];
    int[] common = new int[items];
    int[] touched = new int[items];
    for (int item = 0; item < items; item++) {
      int count = countCommon(index, item, common, touched);
      // Sort by similarity; among equals the more popular item, which has the lower index, is
      // first.
      long[] keys = new long[count];
      for (int i = 0; i < count; i++) {
        int other = touched[i];
        double product = (double) index.support(item) * index.support(other);
        float similarity = (float) (common[other] / Math.sqrt(product));
        keys[i] = (long) Float.floatToIntBits(similarity) << 32 | (Integer.MAX_VALUE - other);
        common[other] = 0;
      }
      Arrays.sort(keys);
      int kept = Math.min(nearest, count);
      int end = Math.addExact(starts[item], kept);
      if (end > allNeighbours.length) {
        int capacity =
            (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, allNeighbours.length * 2L));
        allNeighbours = Arrays.copyOf(allNeighbours, capacity);
        allSimilarities = Arrays.copyOf(allSimilarities, capacity);
      }
      for (int i = 0; i < kept; i++) {
        long key = keys[count - 1 - i];
        allNeighbours[starts[item] + i] = Integer.MAX_VALUE - (int) key;
        allSimilarities[starts[item] + i] = Float.intBitsToFloat((int) (key >>> 32));
      }
      starts[item + 1] = end;
    }
    neighbours = Arrays.copyOf(allNeighbours, starts[items]);
    similarities = Arrays.copyOf(allSimilarities, starts[items]);
  }

  /** Counts the sequences that hold an item and another one; returns how many others there are. */
  private static int countCommon(SequenceIndex index, int item, int[] common, int[] touched) {
    int count = 0;
    for (int i = index.firstSequence(item); i < index.firstSequence(item + 1); i++) {
      int sequence = index.sequence(i);
      for (int at = index.firstItem(sequence); at < index.firstItem(sequence + 1); at++) {
        int other = index.item(at);
        if (other != item && common[other]++ == 0) {
          touched[count++] = other;
        }
      }
    }
    return count;
  }

  @Override
  public String name() {
    return "item-kNN";
  }

  @Override
  public int items() {
    return backoff.length;
  }

  @Override
  public Session newSession() {
    return new Session() {
      private final RecentItems recent = new RecentItems(history);

      @Override
      public void reset() {
        recent.clear();
      }

      @Override
      public void observe(int item) {
        recent.add(item);
      }

      @Override
      public void scores(float[] scores) {
        System.arraycopy(backoff, 0, scores, 0, backoff.length);
        for (int back = 0; back < recent.size(); back++) {
          if (!recent.isRepeatedLater(back)) {
            int item = recent.fromLast(back);
            for (int i = starts[item]; i < starts[item + 1]; i++) {
              int neighbour = neighbours[i];
              scores[neighbour] = Math.max(0, scores[neighbour]) + similarities[i];
            }
          }
        }
      }
    };
  }
}
