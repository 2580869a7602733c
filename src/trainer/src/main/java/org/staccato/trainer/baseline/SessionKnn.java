package org.staccato.trainer.baseline;

import java.util.Arrays;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;

/**
 * Session-based nearest neighbours, VMIS-kNN (B. Kersbergen, O. Sprangers and S. Schelter,
 * "Serenade: Low-Latency Session-Based Recommendation in e-Commerce at Scale", SIGMOD 2022), an
 * index for V-SkNN (M. Ludewig and D. Jannach, "Evaluation of Session-based Recommendation
 * Algorithms", 2018).
 *
 * <p>Of the last {@code history} events observed, let n be their number and u that of their
 * distinct items, each at its latest place, p = 1 for the last event.
 *
 * <ol>
 *   <li>Candidates are the {@code sample} most recent training sequences that hold one of the
 *       items.
 *   <li>A candidate's similarity is the sum of (n + 1 − p)/u over the items that it holds; the
 *       {@code nearest} most similar ones are neighbours, the more recent first among equals.
 *   <li>A neighbour weighs its similarity times 1 − p/10, where p is the place of the latest item
 *       that it holds.
 *   <li>An item's score is the sum of the weights of the neighbours that hold it, times its inverse
 *       frequency ln(N/c): c sequences hold it, N is the sum of c over the catalogue.
 * </ol>
 *
 * <p>The last item observed gets no score. A sequence is as recent as its place in the training
 * part, where sequences are in order of their first event. Popularity orders the items without a
 * score.
 */
public final class SessionKnn implements NextItemModel {
  private static final int LONGEST_HISTORY = 9;

  private final Options options;
  private final SequenceIndex index;
  private final float[] inverseFrequency;
  private final float[] backoff;

  /**
   * The parameters.
   *
   * @param sample m, the number of most recent sequences to compare with, at least 1
   * @param nearest k, the number of neighbours, at least 1
   * @param history the number of last events to compare, 1 to 9
   */
  public record Options(int sample, int nearest, int history) {
    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Options {
      if (sample < 1 || nearest < 1 || history < 1 || history > LONGEST_HISTORY) {
        throw new IllegalArgumentException(
            "sample, nearest and history: found "
                + sample
                + ", "
                + nearest
                + " and "
                + history
                + ", expected at least 1, the last at most "
                + LONGEST_HISTORY);
      }
    }

    /** {@return m = 1,500, k = 288 and the last 4 events} */
    public static Options usual() {
      return new Options(1500, 288, 4);
    }
  }

  /**
   * Builds the index.
   *
   * @param train the training part
   * @param options the parameters
   */
  public SessionKnn(Sequences train, Options options) {
    this.options = options;
    index = new SequenceIndex(train, Integer.MAX_VALUE);
    backoff = Backoff.of(new ItemCounts(train));
    inverseFrequency = new float[backoff.length];
    for (int item = 0; item < backoff.length; item++) {
      int support = index.support(item);
      inverseFrequency[item] = support == 0 ? 0 : (float) Math.log((double) index.size() / support);
    }
  }

  @Override
  public String name() {
    return "VMIS-kNN";
  }

  @Override
  public int items() {
    return backoff.length;
  }

  @Override
  public Session newSession() {
    return new KnnSession();
  }

  private final class KnnSession implements Session {
    private final RecentItems recent = new RecentItems(options.history());

    /** For each item of the history, the place of its next candidate: the most recent first. */
    private final int[] cursors = new int[options.history()];

    /** The candidates: similarity in the upper half, the sequence in the lower one. */
    private long[] candidates = new long[64];

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
      if (recent.size() == 0) {
        return;
      }
      int count = collectCandidates();
      Arrays.sort(candidates, 0, count);
      for (int i = count - 1; i >= Math.max(0, count - options.nearest()); i--) {
        int sequence = (int) candidates[i];
        float similarity = Float.intBitsToFloat((int) (candidates[i] >>> 32));
        float weight = similarity * (1 - latestMatch(sequence) / 10f);
        for (int at = index.firstItem(sequence); at < index.firstItem(sequence + 1); at++) {
          int item = index.item(at);
          scores[item] = Math.max(0, scores[item]) + weight * inverseFrequency[item];
        }
      }
      int last = recent.fromLast(0);
      scores[last] = backoff[last];
    }

    /** Merges the sequences of the items, the most recent first; returns the number taken. */
    private int collectCandidates() {
      for (int back = 0; back < recent.size(); back++) {
        int item = recent.fromLast(back);
        cursors[back] =
            recent.isRepeatedLater(back)
                ? index.firstSequence(item) - 1
                : index.firstSequence(item + 1) - 1;
      }
      int distinct = recent.distinct();
      int count = 0;
      while (count < options.sample()) {
        int newest = -1;
        for (int back = 0; back < recent.size(); back++) {
          newest = Math.max(newest, head(back));
        }
        if (newest < 0) {
          break;
        }
        int similarity = 0;
        for (int back = 0; back < recent.size(); back++) {
          if (head(back) == newest) {
            similarity += recent.size() - back;
            cursors[back]--;
          }
        }
        if (count == candidates.length) {
          candidates = Arrays.copyOf(candidates, 2 * count);
        }
        float share = (float) similarity / distinct;
        candidates[count++] = (long) Float.floatToIntBits(share) << 32 | newest;
      }
      return count;
    }

    /** Returns the most recent sequence of an item that is not taken yet, or -1. */
    private int head(int back) {
      return cursors[back] < index.firstSequence(recent.fromLast(back))
          ? -1
          : index.sequence(cursors[back]);
    }

    /** Returns the place of the latest item that a neighbour holds, 1 for the last event. */
    private int latestMatch(int sequence) {
      for (int back = 0; back < recent.size(); back++) {
        int item = recent.fromLast(back);
        int from = index.firstSequence(item);
        int to = index.firstSequence(item + 1);
        if (index.holds(from, to, sequence)) {
          return back + 1;
        }
      }
      throw new IllegalStateException("sequence " + sequence + ": found no match, expected one");
    }
  }
}
