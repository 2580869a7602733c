package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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
 *
 * <p>A filter comes before the product: blocks without an item that passes are skipped, and in a
 * block with few of them only these are scored.
 */
final class CatalogueRanking {

  /** The blocks that are scored before their scores are looked at: 4 KB of them. */
  static final int CHUNK = 16;

  /** The candidates that are kept before their exact scores are computed. */
  private static final int CANDIDATES = 4096;

  /** Candidates do not pay if more than one item in so many is asked for. */
  private static final int CANDIDATES_PER_RANK = 64;

  /**
   * The most items of a block that are scored one by one: an item touches a cache line for each
   * input, the whole block four in a stream, and both take as long for three to four items.
   */
  private static final int FEW = 3;

  private final MemorySegment scores = OutputLayer.newScores(CHUNK);
  private final EligibleBlocks blocks = new EligibleBlocks();

  /** Which items of the blocks of a chunk may be ranked, as bits. */
  private final long[] eligible = new long[CHUNK];

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
    int most = filter.most((int) Math.min((long) (to - from) * OutputLayer.BLOCK, items));
    boolean search = output.hasCandidates() && (long) k * CANDIDATES_PER_RANK < most;
    float factor = 0;
    count = 0;
    if (search) {
      factor = output.errorFactor(state);
      lowerBounds.start(k);
    }
    if (filter.passesAll()) {
      rankAll(output, state, from, to, items, search, factor, ranked);
    } else {
      blocks.start(filter, from, to, items);
      rankEligible(output, state, search, factor, ranked);
    }
    if (search) {
      settle(output, state, 2 * output.slack(), ranked);
    }
    ranked.finish();
  }

  private void rankAll(
      OutputLayer output,
      MemorySegment state,
      int from,
      int to,
      int items,
      boolean search,
      float factor,
      Ranked ranked) {
    Arrays.fill(eligible, -1);
    for (int first = from; first < to; first += CHUNK) {
      int size = Math.min(CHUNK, to - first);
      if (first + size == output.blocks()) {
        eligible[size - 1] = EligibleBlocks.itemsOfLast(items);
      }
      rankChunk(output, state, first, size, search, factor, ranked);
    }
  }

  /** Gathers consecutive blocks into chunks. */
  private void rankEligible(
      OutputLayer output, MemorySegment state, boolean search, float factor, Ranked ranked) {
    int first = 0;
    int size = 0;
    while (blocks.next()) {
      int block = blocks.block();
      boolean few = !search && Long.bitCount(blocks.items()) <= FEW;
      if (size == CHUNK || (size > 0 && (few || block != first + size))) {
        rankChunk(output, state, first, size, search, factor, ranked);
        size = 0;
      }
      if (few) {
        gather(output, state, block, blocks.items(), ranked);
      } else {
        first = size == 0 ? block : first;
        eligible[size++] = blocks.items();
      }
    }
    if (size > 0) {
      rankChunk(output, state, first, size, search, factor, ranked);
    }
    if (!search) {
      rankItems(output, state, ranked);
    }
  }

  /** Keeps single items of a block, to be scored together with those of the next. */
  private void gather(
      OutputLayer output, MemorySegment state, int block, long items, Ranked ranked) {
    if (count + FEW > CANDIDATES) {
      rankItems(output, state, ranked);
    }
    for (long rest = items; rest != 0; rest &= rest - 1) {
      candidates[count++] = block * OutputLayer.BLOCK + Long.numberOfTrailingZeros(rest);
    }
  }

  /** Scores the single items that were kept. */
  private void rankItems(OutputLayer output, MemorySegment state, Ranked ranked) {
    int i = 0;
    for (; i + OutputLayer.TOGETHER <= count; i += OutputLayer.TOGETHER) {
      output.score(state, candidates, i, scores);
      for (int j = 0; j < OutputLayer.TOGETHER; j++) {
        offer(candidates[i + j], score(0, j), ranked);
      }
    }
    for (; i < count; i++) {
      offer(candidates[i], output.score(state, candidates[i]), ranked);
    }
    count = 0;
  }

  private static void offer(int item, float score, Ranked ranked) {
    if (score > ranked.threshold()) {
      ranked.offer(item, score);
    }
  }

  private void rankChunk(
      OutputLayer output,
      MemorySegment state,
      int first,
      int size,
      boolean search,
      float factor,
      Ranked ranked) {
    if (search) {
      searchChunk(output, state, first, size, factor, ranked);
      return;
    }
    if (count > 0) {
      rankItems(output, state, ranked);
    }
    output.score(state, first, size, scores);
    int groups = size * OutputLayer.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, ranked.threshold());
    while (group < groups) {
      offerGroup(first, group, ranked);
      group = output.firstGroupAbove(scores, group + 1, groups, ranked.threshold());
    }
  }

  /** Offers the items of one group. */
  private void offerGroup(int first, int group, Ranked ranked) {
    int start = first * OutputLayer.BLOCK + group * OutputLayer.GROUP;
    for (int rest = eligible(group); rest != 0; rest &= rest - 1) {
      int i = Integer.numberOfTrailingZeros(rest);
      offer(start + i, score(group, i), ranked);
    }
  }

  /** Returns which items of a group may be ranked, as bits. */
  private int eligible(int group) {
    int shift = group % OutputLayer.GROUPS * OutputLayer.GROUP;
    return (int) (eligible[group / OutputLayer.GROUPS] >>> shift) & (1 << OutputLayer.GROUP) - 1;
  }

  private float score(int group, int index) {
    return scores.getAtIndex(LittleEndian.FLOAT, (long) group * OutputLayer.GROUP + index);
  }

  private void searchChunk(
      OutputLayer output, MemorySegment state, int first, int size, float factor, Ranked ranked) {
    float slack = 2 * output.slack();
    output.upperBounds(state, factor, first, size, scores);
    int groups = size * OutputLayer.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, floor(ranked, slack));
    while (group < groups) {
      if (count + OutputLayer.GROUP > CANDIDATES) {
        settle(output, state, slack, ranked);
      }
      collect(output, first, group, factor, floor(ranked, slack));
      group = output.firstGroupAbove(scores, group + 1, groups, floor(ranked, slack));
    }
  }

  /** What an upper bound must exceed: neither the bounds nor the exact scores rule the item out. */
  private float floor(Ranked ranked, float slack) {
    return Math.nextDown(Math.max(lowerBounds.threshold(), ranked.threshold()) - slack);
  }

  /** Keeps those items of one group that may be among the best. */
  private void collect(OutputLayer output, int first, int group, float factor, float floor) {
    int start = first * OutputLayer.BLOCK + group * OutputLayer.GROUP;
    for (int rest = eligible(group); rest != 0; rest &= rest - 1) {
      int i = Integer.numberOfTrailingZeros(rest);
      int item = start + i;
      float upper = score(group, i);
      if (upper > floor) {
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
        offer(candidates[i], output.score(state, candidates[i]), ranked);
      }
    }
    count = 0;
  }
}
