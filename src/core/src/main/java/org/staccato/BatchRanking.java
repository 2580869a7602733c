package org.staccato;

import java.lang.foreign.MemorySegment;
import org.staccato.network.LinearHead;
import org.staccato.network.LinearHeadBatch;

/**
 * Finds the best items of the whole catalogue for many users in one pass, exactly: each weight is
 * read once for four of them, and a block in which nobody may get an item is not read. The scores
 * have the bits of single ones, so the results are those of {@link CatalogueRanking}. Owns its
 * scratch; confined to one thread.
 */
final class BatchRanking {
  private final long[] eligible;

  BatchRanking(int capacity) {
    eligible = new long[capacity];
  }

  /** Ranks for some users, each of whom has a filter and a result of its own. */
  void rank(
      LinearHeadBatch output,
      MemorySegment[] states,
      int count,
      int items,
      int k,
      ItemFilter[] filters,
      Ranked[] ranked) {
    for (int i = 0; i < count; i++) {
      ranked[i].start(Math.min(k, items));
      output.setState(i, states[i]);
    }
    for (int first = 0, block = 0; first < items; first += LinearHead.BLOCK, block++) {
      if (findEligible(block, items - first, count, filters)) {
        output.score(block, count);
        for (int i = 0; i < count; i++) {
          offer(output, i, first, eligible[i], ranked[i]);
        }
      }
    }
    for (int i = 0; i < count; i++) {
      ranked[i].finish();
    }
  }

  /** Computes all scores of some users. */
  void scores(
      LinearHeadBatch output, MemorySegment[] states, int count, int items, float[][] scores) {
    for (int i = 0; i < count; i++) {
      output.setState(i, states[i]);
    }
    for (int first = 0, block = 0; first < items; first += LinearHead.BLOCK, block++) {
      output.score(block, count);
      int rows = Math.min(LinearHead.BLOCK, items - first);
      for (int i = 0; i < count; i++) {
        output.copyScores(i, rows, scores[i], first);
      }
    }
  }

  /** Finds which items of a block each user may get, and whether there is one for anybody. */
  private boolean findEligible(int block, int left, int count, ItemFilter[] filters) {
    long inCatalogue = left < Long.SIZE ? (1L << left) - 1 : -1;
    long any = 0;
    for (int i = 0; i < count; i++) {
      eligible[i] = filters[i].eligible(block) & inCatalogue;
      any |= eligible[i];
    }
    return any != 0;
  }

  /** Offers the items of one block to one user. */
  private static void offer(
      LinearHeadBatch output, int user, int first, long eligible, Ranked ranked) {
    if (eligible == 0) {
      return;
    }
    int group = output.firstGroupAbove(user, 0, ranked.threshold());
    while (group < LinearHead.GROUPS) {
      int start = group * LinearHead.GROUP;
      long rest = eligible >>> start & (1L << LinearHead.GROUP) - 1;
      for (; rest != 0; rest &= rest - 1) {
        int row = start + Long.numberOfTrailingZeros(rest);
        float score = output.scoreOf(user, row);
        if (score > ranked.threshold()) {
          ranked.offer(first + row, score);
        }
      }
      group = output.firstGroupAbove(user, group + 1, ranked.threshold());
    }
  }
}
