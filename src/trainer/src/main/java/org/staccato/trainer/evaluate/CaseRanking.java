package org.staccato.trainer.evaluate;

import java.util.BitSet;
import java.util.List;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Sequences;

/**
 * Ranks the catalogue for cases and notes the ranks of their targets and what their lists hold.
 * Confined to one thread.
 */
final class CaseRanking {
  private final float[] scores;
  private final CaseRanks ranks;
  private final List<RecommendedLists> lists;

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
   * @param longest the length of the longest list
   * @param ranks receives the ranks; other threads fill those of other sequences
   * @param lists receive the lists of each case
   */
  CaseRanking(int items, int longest, CaseRanks ranks, List<RecommendedLists> lists) {
    scores = new float[items];
    this.ranks = ranks;
    this.lists = lists;
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
    int next = ranks.firstCase(sequence);
    for (int position = 0; position < sequences.length(sequence) - 1; position++) {
      int item = sequences.item(sequence, position);
      session.observe(sequences, sequence, position);
      if (evaluation.excludeSeen() && !isSeen.get(item)) {
        isSeen.set(item);
        seen[seenCount++] = item;
      }
      if (position + 1 >= evaluation.firstTarget(sequence)) {
        session.scores(scores);
        ranks.set(next++, rankCase(sequences.item(sequence, position + 1)));
      }
    }
  }

  /** Returns what the lists hold, by cutoff. */
  List<RecommendedLists> lists() {
    return lists;
  }

  /** Ranks the catalogue by the scores; returns the target's rank, or 0 beyond the longest list. */
  private int rankCase(int target) {
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
    int count = collectBest();
    for (RecommendedLists each : lists) {
      each.add(best, count);
    }
    return rank <= best.length ? rank : 0;
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
