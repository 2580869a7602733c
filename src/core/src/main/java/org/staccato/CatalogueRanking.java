package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.staccato.memory.LittleEndian;
import org.staccato.network.LinearHead;

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

  private final MemorySegment scores = LinearHead.newScores(CHUNK);
  private final EligibleBlocks blocks = new EligibleBlocks();

  /** Which items of the blocks of a chunk may be ranked, as bits. */
  private final long[] eligible = new long[CHUNK];

  private final Ranked lowerBounds = new Ranked();
  private final int[] candidates = new int[CANDIDATES];
  private final float[] upperBounds = new float[CANDIDATES];
  private int count;

  /** Whether this ranking searches with candidates, and how far off the sums of these may be. */
  private boolean search;

  private float factor;

  /** Ranks the items of some blocks, the last of which may be the catalogue's last, not full. */
  void rank(RankingTask task, int from, int to, Ranked ranked) {
    int items = task.items();
    int k = task.k();
    ItemFilter filter = task.filter();
    ranked.start(Math.min(k, items));
    int most = filter.most((int) Math.min((long) (to - from) * LinearHead.BLOCK, items));
    search = task.output().hasCoarse() && (long) k * CANDIDATES_PER_RANK < most;
    count = 0;
    if (search) {
      factor = task.output().errorFactor(task.state());
      lowerBounds.start(k);
    }
    if (filter.passesAll()) {
      rankAll(task, from, to, ranked);
    } else {
      blocks.start(filter, from, to, items);
      rankEligible(task, ranked);
    }
    if (search) {
      settle(task, ranked);
    }
    ranked.finish();
  }

  private void rankAll(RankingTask task, int from, int to, Ranked ranked) {
    Arrays.fill(eligible, -1);
    for (int first = from; first < to; first += CHUNK) {
      int size = Math.min(CHUNK, to - first);
      if (first + size == task.blocks()) {
        eligible[size - 1] = EligibleBlocks.itemsOfLast(task.items());
      }
      rankChunk(task, first, size, ranked);
    }
  }

  /** Gathers consecutive blocks into chunks. */
  private void rankEligible(RankingTask task, Ranked ranked) {
    int first = 0;
    int size = 0;
    while (blocks.next()) {
      int block = blocks.block();
      boolean few = !search && Long.bitCount(blocks.items()) <= FEW;
      if (size == CHUNK || (size > 0 && (few || block != first + size))) {
        rankChunk(task, first, size, ranked);
        size = 0;
      }
      if (few) {
        gather(task, block, blocks.items(), ranked);
      } else {
        first = size == 0 ? block : first;
        eligible[size++] = blocks.items();
      }
    }
    if (size > 0) {
      rankChunk(task, first, size, ranked);
    }
    if (!search) {
      rankItems(task, ranked);
    }
  }

  /** Keeps single items of a block, to be scored together with those of the next. */
  private void gather(RankingTask task, int block, long eligibleItems, Ranked ranked) {
    if (count + FEW > CANDIDATES) {
      rankItems(task, ranked);
    }
    for (long rest = eligibleItems; rest != 0; rest &= rest - 1) {
      candidates[count++] = block * LinearHead.BLOCK + Long.numberOfTrailingZeros(rest);
    }
  }

  /** Scores the single items that were kept. */
  private void rankItems(RankingTask task, Ranked ranked) {
    LinearHead output = task.output();
    int i = 0;
    for (; i + LinearHead.TOGETHER <= count; i += LinearHead.TOGETHER) {
      output.score(task.state(), candidates, i, scores);
      for (int j = 0; j < LinearHead.TOGETHER; j++) {
        offer(candidates[i + j], score(0, j), ranked);
      }
    }
    for (; i < count; i++) {
      offer(candidates[i], output.score(task.state(), candidates[i]), ranked);
    }
    count = 0;
  }

  private static void offer(int item, float score, Ranked ranked) {
    if (score > ranked.threshold()) {
      ranked.offer(item, score);
    }
  }

  private void rankChunk(RankingTask task, int first, int size, Ranked ranked) {
    if (search) {
      searchChunk(task, first, size, ranked);
      return;
    }
    if (count > 0) {
      rankItems(task, ranked);
    }
    LinearHead output = task.output();
    output.score(task.state(), first, size, scores);
    int groups = size * LinearHead.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, ranked.threshold());
    while (group < groups) {
      offerGroup(first, group, ranked);
      group = output.firstGroupAbove(scores, group + 1, groups, ranked.threshold());
    }
  }

  /** Offers the items of one group. */
  private void offerGroup(int first, int group, Ranked ranked) {
    int start = first * LinearHead.BLOCK + group * LinearHead.GROUP;
    for (int rest = eligible(group); rest != 0; rest &= rest - 1) {
      int i = Integer.numberOfTrailingZeros(rest);
      offer(start + i, score(group, i), ranked);
    }
  }

  /** Returns which items of a group may be ranked, as bits. */
  private int eligible(int group) {
    int shift = group % LinearHead.GROUPS * LinearHead.GROUP;
    return (int) (eligible[group / LinearHead.GROUPS] >>> shift) & (1 << LinearHead.GROUP) - 1;
  }

  private float score(int group, int index) {
    return scores.getAtIndex(LittleEndian.FLOAT, (long) group * LinearHead.GROUP + index);
  }

  private void searchChunk(RankingTask task, int first, int size, Ranked ranked) {
    LinearHead output = task.output();
    float slack = 2 * output.slack();
    output.upperBounds(task.state(), factor, first, size, scores);
    int groups = size * LinearHead.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, floor(ranked, slack));
    while (group < groups) {
      if (count + LinearHead.GROUP > CANDIDATES) {
        settle(task, ranked);
      }
      collect(output, first, group, floor(ranked, slack));
      group = output.firstGroupAbove(scores, group + 1, groups, floor(ranked, slack));
    }
  }

  /** What an upper bound must exceed: neither the bounds nor the exact scores rule the item out. */
  private float floor(Ranked ranked, float slack) {
    return Math.nextDown(Math.max(lowerBounds.threshold(), ranked.threshold()) - slack);
  }

  /** Keeps those items of one group that may be among the best. */
  private void collect(LinearHead output, int first, int group, float floor) {
    int start = first * LinearHead.BLOCK + group * LinearHead.GROUP;
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
  private void settle(RankingTask task, Ranked ranked) {
    LinearHead output = task.output();
    float slack = 2 * output.slack();
    for (int i = 0; i < count; i++) {
      if (upperBounds[i] > floor(ranked, slack)) {
        offer(candidates[i], output.score(task.state(), candidates[i]), ranked);
      }
    }
    count = 0;
  }
}
