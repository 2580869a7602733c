package org.staccato;

import java.lang.foreign.MemorySegment;
import org.staccato.memory.LittleEndian;
import org.staccato.network.OutputLayer;

/**
 * Finds the best items of a range of the catalogue, exactly. Owns its scratch; confined to one
 * thread.
 *
 * <p>Without candidates every item's score is computed, a chunk at a time, and one comparison with
 * the k-th best decides for 16 items whether they are looked at. With candidates, every item gets
 * an upper and a lower bound from its weights in eight bits. An item whose upper bound is below the
 * k-th best lower bound is not among the best k; the few that remain get their exact scores. The
 * result is the same, bit for bit.
 */
final class CatalogueRanking {

  /** The blocks that are scored before their scores are looked at: 4 KB of them. */
  static final int CHUNK = 16;

  /** The candidates that are kept before their exact scores are computed. */
  private static final int CANDIDATES = 4096;

  /** Candidates do not pay if more than one item in so many is asked for. */
  private static final int CANDIDATES_PER_RANK = 64;

  private final MemorySegment scores = OutputLayer.newScores(CHUNK);
  private final Ranked lowerBounds = new Ranked();
  private final int[] candidates = new int[CANDIDATES];
  private final float[] upperBounds = new float[CANDIDATES];
  private int count;

  /** Ranks the items of some blocks, the last of which may be the catalogue's last, not full. */
  void rank(
      OutputLayer output,
      MemorySegment state,
      int from,
      int to,
      int items,
      int k,
      ItemFilter filter,
      Ranked ranked) {
    ranked.start(Math.min(k, items));
    long last = Math.min((long) to * OutputLayer.BLOCK, items);
    boolean search =
        output.hasCandidates()
            && (long) k * CANDIDATES_PER_RANK < last - (long) from * OutputLayer.BLOCK;
    if (search) {
      search(output, state, from, to, (int) last, k, filter, ranked);
    } else {
      for (int first = from; first < to; first += CHUNK) {
        rankChunk(output, state, first, Math.min(CHUNK, to - first), (int) last, filter, ranked);
      }
    }
    ranked.finish();
  }

  private void rankChunk(
      OutputLayer output,
      MemorySegment state,
      int first,
      int blocks,
      int items,
      ItemFilter filter,
      Ranked ranked) {
    output.score(state, first, blocks, scores);
    int groups = blocks * OutputLayer.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, ranked.threshold());
    while (group < groups) {
      offer(first * OutputLayer.BLOCK, group, items, filter, ranked);
      group = output.firstGroupAbove(scores, group + 1, groups, ranked.threshold());
    }
  }

  /** Offers the items of one group. */
  private void offer(int firstItem, int group, int items, ItemFilter filter, Ranked ranked) {
    int start = firstItem + group * OutputLayer.GROUP;
    int size = Math.min(OutputLayer.GROUP, items - start);
    for (int i = 0; i < size; i++) {
      float score = score(group, i);
      if (score > ranked.threshold() && filter.accepts(start + i)) {
        ranked.offer(start + i, score);
      }
    }
  }

  private float score(int group, int index) {
    return scores.getAtIndex(LittleEndian.FLOAT, (long) group * OutputLayer.GROUP + index);
  }

  private void search(
      OutputLayer output,
      MemorySegment state,
      int from,
      int to,
      int items,
      int k,
      ItemFilter filter,
      Ranked ranked) {
    float factor = output.errorFactor(state);
    float slack = 2 * output.slack();
    count = 0;
    lowerBounds.start(k);
    for (int first = from; first < to; first += CHUNK) {
      int blocks = Math.min(CHUNK, to - first);
      output.upperBounds(state, factor, first, blocks, scores);
      int groups = blocks * OutputLayer.GROUPS;
      int group = output.firstGroupAbove(scores, 0, groups, floor(ranked, slack));
      while (group < groups) {
        if (count + OutputLayer.GROUP > CANDIDATES) {
          settle(output, state, slack, ranked);
        }
        collect(
            output, first * OutputLayer.BLOCK, group, items, factor, floor(ranked, slack), filter);
        group = output.firstGroupAbove(scores, group + 1, groups, floor(ranked, slack));
      }
    }
    settle(output, state, slack, ranked);
  }

  /** What an upper bound must exceed: neither the bounds nor the exact scores rule the item out. */
  private float floor(Ranked ranked, float slack) {
    return Math.nextDown(Math.max(lowerBounds.threshold(), ranked.threshold()) - slack);
  }

  /** Keeps those items of one group that may be among the best. */
  private void collect(
      OutputLayer output,
      int firstItem,
      int group,
      int items,
      float factor,
      float floor,
      ItemFilter filter) {
    int start = firstItem + group * OutputLayer.GROUP;
    int size = Math.min(OutputLayer.GROUP, items - start);
    for (int i = 0; i < size; i++) {
      int item = start + i;
      float upper = score(group, i);
      if (upper > floor && filter.accepts(item)) {
        candidates[count] = item;
        upperBounds[count] = upper;
        count++;
        float lower = upper - 2 * factor * output.scale(item);
        if (lower > lowerBounds.threshold()) {
          lowerBounds.offer(item, lower);
        }
      }
    }
  }

  /** Computes the exact scores of the candidates that are still in question. */
  private void settle(OutputLayer output, MemorySegment state, float slack, Ranked ranked) {
    for (int i = 0; i < count; i++) {
      if (upperBounds[i] > floor(ranked, slack)) {
        float score = output.score(state, candidates[i]);
        if (score > ranked.threshold()) {
          ranked.offer(candidates[i], score);
        }
      }
    }
    count = 0;
  }
}
