package org.staccato.trainer.baseline;

import java.util.Arrays;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

/**
 * Holds, for each item, the items that followed it within a window, weighted by 1/distance, as
 * compressed sparse rows.
 *
 * <p>A row keeps ranks, in the order of weight and then of popularity, because a float holds a rank
 * exactly, whereas rounding would make sums of a weight and a tiny popularity equal.
 */
final class Successors {
  /** The least common multiple of 1 to 20: weights are whole multiples of its reciprocal. */
  private static final long UNIT = 232_792_560;

  static final int LARGEST_WINDOW = 20;
  private static final int BOUNDARY = -1;

  private final int[] rowStarts;
  private final int[] successors;
  private final float[] ranks;

  /**
   * Scores below 0, so that items that never followed come after all items that did, the popular
   * ones first.
   */
  private final float[] backoff;

  Successors(Sequences train, int window) {
    int items = train.items();
    int[] stream = new int[Math.toIntExact(train.events() + train.count())];
    int[] occurrenceStarts = new int[items + 1];
    int length = 0;
    for (int sequence = 0; sequence < train.count(); sequence++) {
      for (int position = 0; position < train.length(sequence); position++) {
        int item = train.item(sequence, position);
        stream[length++] = item;
        occurrenceStarts[item + 1]++;
      }
      stream[length++] = BOUNDARY;
    }
    backoff = new float[items];
    int[] popularity = Arrays.copyOfRange(occurrenceStarts, 1, items + 1);
    int most = Arrays.stream(popularity).max().orElse(0);
    for (int item = 0; item < items; item++) {
      backoff[item] = popularity[item] - (float) most - 1;
      occurrenceStarts[item + 1] += occurrenceStarts[item];
    }
    int[] occurrences = occurrences(stream, length, occurrenceStarts);

    rowStarts = new int[items + 1];
    int[] allSuccessors = new int[1024];
    float[] allRanks = new float[1024];
    long[] weights = new long[items];
    int[] touched = new int[items];
    for (int item = 0; item < items; item++) {
      int count = 0;
      for (int i = occurrenceStarts[item]; i < occurrenceStarts[item + 1]; i++) {
        int position = occurrences[i];
        for (int distance = 1; distance <= window; distance++) {
          int successor = stream[position + distance];
          if (successor == BOUNDARY) {
            break;
          }
          if (weights[successor] == 0) {
            touched[count++] = successor;
          }
          weights[successor] += UNIT / distance;
        }
      }
      int start = rowStarts[item];
      if (start + count > allSuccessors.length) {
        int capacity = Math.max(start + count, Math.addExact(start, start / 2));
        allSuccessors = Arrays.copyOf(allSuccessors, capacity);
        allRanks = Arrays.copyOf(allRanks, capacity);
      }
      rank(touched, count, weights, popularity);
      int rank = 0;
      for (int i = 0; i < count; i++) {
        int successor = touched[i];
        boolean tie =
            i > 0
                && weights[successor] == weights[touched[i - 1]]
                && popularity[successor] == popularity[touched[i - 1]];
        rank = tie ? rank : i + 1;
        allSuccessors[start + i] = successor;
        allRanks[start + i] = rank;
      }
      for (int i = 0; i < count; i++) {
        weights[touched[i]] = 0;
      }
      rowStarts[item + 1] = start + count;
    }
    successors = Arrays.copyOf(allSuccessors, rowStarts[items]);
    ranks = Arrays.copyOf(allRanks, rowStarts[items]);
  }

  /** Returns the positions of each item in a stream, item after item. */
  private static int[] occurrences(int[] stream, int length, int[] starts) {
    int[] next = starts.clone();
    int[] occurrences = new int[starts[starts.length - 1]];
    for (int position = 0; position < length; position++) {
      if (stream[position] != BOUNDARY) {
        occurrences[next[stream[position]]++] = position;
      }
    }
    return occurrences;
  }

  /** Sorts the first successors by weight, then popularity, then index, the lowest first. */
  private static void rank(int[] touched, int count, long[] weights, int[] popularity) {
    Integer[] boxed = new Integer[count];
    Arrays.setAll(boxed, i -> touched[i]);
    Arrays.sort(
        boxed,
        (a, b) -> {
          int byWeight = Long.compare(weights[a], weights[b]);
          int byPopularity =
              byWeight != 0 ? byWeight : Integer.compare(popularity[a], popularity[b]);
          return byPopularity != 0 ? byPopularity : Integer.compare(a, b);
        });
    for (int i = 0; i < count; i++) {
      touched[i] = boxed[i];
    }
  }

  int items() {
    return backoff.length;
  }

  /** A session that scores by the last item observed. */
  NextItemModel.Session newSession() {
    return new NextItemModel.Session() {
      private int last = BOUNDARY;

      @Override
      public void reset() {
        last = BOUNDARY;
      }

      @Override
      public void observe(int item) {
        last = item;
      }

      @Override
      public void scores(float[] scores) {
        System.arraycopy(backoff, 0, scores, 0, backoff.length);
        if (last != BOUNDARY) {
          for (int i = rowStarts[last]; i < rowStarts[last + 1]; i++) {
            scores[successors[i]] = ranks[i];
          }
        }
      }
    };
  }
}
