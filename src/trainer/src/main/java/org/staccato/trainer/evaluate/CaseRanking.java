package org.staccato.trainer.evaluate;

import java.util.Arrays;
import java.util.BitSet;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

/** Ranks the catalogue for cases and counts the ranks of their targets. Confined to one thread. */
final class CaseRanking {
  private final int[] cutoffs;
  private final float[] scores;

  /** Cases by rank; index 0 and ranks beyond the largest cutoff are not used. */
  private final long[] cases;

  /** Items recommended at least once, by cutoff. */
  private final BitSet[] recommended;

  /** The best items of a case, best first, and their scores. */
  private final int[] best;

  private final float[] bestScores;

  /** The distinct items of the prefix, in the order of their first events. */
  private final int[] seen;

  private final BitSet isSeen;
  private int seenCount;

  /**
   * Prepares for a catalogue.
   *
   * @param items the size of the catalogue
   * @param cutoffs ascending; not copied
   */
  CaseRanking(int items, int[] cutoffs) {
    this.cutoffs = cutoffs;
    int longest = Math.min(items, cutoffs[cutoffs.length - 1]);
    scores = new float[items];
    cases = new long[longest + 1];
    recommended = new BitSet[cutoffs.length];
    Arrays.setAll(recommended, i -> new BitSet(items));
    best = new int[longest];
    bestScores = new float[longest];
    seen = new int[items];
    isSeen = new BitSet(items);
  }

  /** Runs a session over a sequence and ranks the catalogue at every target. */
  void rank(NextItemModel.Session session, EvaluationCases evaluation, int sequence) {
    Sequences sequences = evaluation.sequences();
    session.reset();
    seenCount = 0;
    isSeen.clear();
    for (int position = 0; position < sequences.length(sequence) - 1; position++) {
      int item = sequences.item(sequence, position);
      session.observe(item);
      if (evaluation.excludeSeen() && !isSeen.get(item)) {
        isSeen.set(item);
        seen[seenCount++] = item;
      }
      if (position + 1 >= evaluation.firstTarget(sequence)) {
        session.scores(scores);
        rankCase(sequences.item(sequence, position + 1));
      }
    }
  }

  /** Returns the number of cases whose target has a rank. */
  long casesAt(int rank) {
    return rank < cases.length ? cases[rank] : 0;
  }

  /** Returns the items that were in the list of at least one case, for the n-th cutoff. */
  BitSet recommended(int cutoff) {
    return recommended[cutoff];
  }

  private void rankCase(int target) {
    for (int i = 0; i < seenCount; i++) {
      if (seen[i] != target) {
        scores[seen[i]] = Float.NEGATIVE_INFINITY;
      }
    }
    float targetScore = scores[target];
    int rank = 0; // The target counts itself.
    for (float score : scores) {
      rank += score < targetScore ? 0 : 1;
    }
    if (!(targetScore > Float.NEGATIVE_INFINITY)) {
      // The score equals that of seen items, or is not a number: take the worst rank.
      rank = scores.length;
    }
    if (rank < cases.length) {
      cases[rank]++;
    }
    int count = collectBest();
    for (int at = 0; at < cutoffs.length; at++) {
      for (int i = 0; i < Math.min(count, cutoffs[at]); i++) {
        recommended[at].set(best[i]);
      }
    }
  }

  /** Finds the best items, the lower index first among equals; returns how many there are. */
  private int collectBest() {
    int count = 0;
    float least = Float.NEGATIVE_INFINITY;
    for (int item = 0; item < scores.length; item++) {
      float score = scores[item];
      if (score > least) {
        int place = count < best.length ? count++ : count - 1;
        while (place > 0 && bestScores[place - 1] < score) {
          best[place] = best[place - 1];
          bestScores[place] = bestScores[place - 1];
          place--;
        }
        best[place] = item;
        bestScores[place] = score;
        least = count < best.length ? Float.NEGATIVE_INFINITY : bestScores[count - 1];
      }
    }
    return count;
  }
}
