package org.staccato.rank;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.staccato.memory.LittleEndian;
import org.staccato.network.LinearHead;

/**
 * Finds the best items of a catalogue for one user, exactly. Owns its scratch; confined to one
 * thread at a time. All methods throw {@link IllegalStateException} after the weight file of their
 * task is closed.
 *
 * <p>Without coarse weights it computes all scores, a chunk at a time, and compares 16 items at
 * once with the k-th best; it examines item by item only a group that has a better one. With coarse
 * weights it bounds each item's score from above and below. An item whose upper bound is below the
 * k-th best lower bound is not among the best k; the few that remain, the contenders, get their
 * exact scores. The result is the same, bit for bit.
 *
 * <p>Eligibility comes before the product: a block without an eligible item is skipped, and of a
 * block with few of them only these are scored.
 */
public final class CatalogueRanking {

  /** The number of blocks that are scored before their scores are compared: 4 KB of scores. */
  public static final int CHUNK = 16;

  /** The number of items that are kept before their exact scores are computed. */
  private static final int PENDING = 4096;

  /** The coarse weights pay only if there are more items than this for each one asked for. */
  private static final int ITEMS_PER_RANK = 64;

  /**
   * The most items of a block that are scored one by one: an item touches a cache line for each
   * input, the whole block four in a stream, and both take as long for three to four items.
   */
  private static final int FEW = 3;

  private final MemorySegment scores = LinearHead.newScores(CHUNK);
  private final EligibleBlocks blocks = new EligibleBlocks();

  /** The eligible items of the blocks of a chunk, as bits. */
  private final long[] eligible = new long[CHUNK];

  /** The items whose exact scores are still to be computed: contenders, or few of their block. */
  private final int[] pending = new int[PENDING];

  private int count;

  /** Whether this ranking uses the coarse weights, and the largest error of their sums. */
  private boolean coarse;

  private float errorFactor;

  /** The upper bounds of the pending contenders. */
  private final float[] upperBounds = new float[PENDING];

  private final TopK lowerBounds = new TopK(16);

  /** Allocates the scratch. */
  public CatalogueRanking() {}

  /**
   * Ranks the whole catalogue.
   *
   * @param task the task, with a user and a result
   */
  public void rank(RankingTask task) {
    rank(task, 0, task.blocks(), task.best());
  }

  /**
   * Ranks the first chunk of the catalogue: enough for the compiler, and far quicker than the whole
   * before the code is compiled.
   *
   * @param task the task, with a user and a result
   */
  public void rankFirstChunk(RankingTask task) {
    rank(task, 0, Math.min(CHUNK, task.blocks()), task.best());
  }

  /**
   * Computes all scores.
   *
   * @param task the task, with a user
   * @param all receives one score per item
   */
  public void scores(RankingTask task, float[] all) {
    for (int first = 0; first < task.blocks(); first += CHUNK) {
      int size = Math.min(CHUNK, task.blocks() - first);
      task.output().score(task.state(), first, size, scores);
      int start = first * LinearHead.BLOCK;
      int length = Math.min(size * LinearHead.BLOCK, task.items() - start);
      MemorySegment.copy(scores, LittleEndian.FLOAT, 0, all, start, length);
    }
  }

  /** Ranks some blocks of the catalogue; its last block need not be full. */
  void rank(RankingTask task, int from, int to, TopK best) {
    int items = task.items();
    int k = task.k();
    EligibleItems passing = task.eligible();
    best.start(Math.min(k, items));
    int most = passing.atMost((int) Math.min((long) (to - from) * LinearHead.BLOCK, items));
    coarse = task.output().hasCoarse() && (long) k * ITEMS_PER_RANK < most;
    count = 0;
    if (coarse) {
      errorFactor = task.output().errorFactor(task.state());
      lowerBounds.start(k);
    }
    if (passing.isAll()) {
      rankAll(task, from, to, best);
    } else {
      try {
        blocks.start(passing, from, to, items);
        rankEligible(task, best);
      } finally {
        blocks.clear();
      }
    }
    rankPending(task, best);
    best.finish();
  }

  private void rankAll(RankingTask task, int from, int to, TopK best) {
    Arrays.fill(eligible, -1);
    for (int first = from; first < to; first += CHUNK) {
      int size = Math.min(CHUNK, to - first);
      eligible[size - 1] = EligibleBlocks.itemsOf(first + size - 1, task.items());
      rankChunk(task, first, size, best);
    }
  }

  /** Gathers consecutive blocks into chunks. */
  private void rankEligible(RankingTask task, TopK best) {
    int first = 0;
    int size = 0;
    while (blocks.next()) {
      int block = blocks.block();
      boolean few = !coarse && Long.bitCount(blocks.items()) <= FEW;
      if (size == CHUNK || (size > 0 && (few || block != first + size))) {
        rankChunk(task, first, size, best);
        size = 0;
      }
      if (few) {
        keepFew(task, block, blocks.items(), best);
      } else {
        first = size == 0 ? block : first;
        eligible[size++] = blocks.items();
      }
    }
    if (size > 0) {
      rankChunk(task, first, size, best);
    }
  }

  /** Keeps the few eligible items of a block, to score them together with those of the next. */
  private void keepFew(RankingTask task, int block, long items, TopK best) {
    if (count + FEW > PENDING) {
      rankPending(task, best);
    }
    for (long rest = items; rest != 0; rest &= rest - 1) {
      pending[count++] = block * LinearHead.BLOCK + Long.numberOfTrailingZeros(rest);
    }
  }

  private void rankChunk(RankingTask task, int first, int size, TopK best) {
    if (coarse) {
      boundChunk(task, first, size, best);
    } else {
      // The heap takes items in ascending order.
      rankPending(task, best);
      scoreChunk(task, first, size, best);
    }
  }

  private void scoreChunk(RankingTask task, int first, int size, TopK best) {
    LinearHead output = task.output();
    output.score(task.state(), first, size, scores);
    int groups = size * LinearHead.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, best.threshold());
    while (group < groups) {
      offerGroup(first, group, best);
      group = output.firstGroupAbove(scores, group + 1, groups, best.threshold());
    }
  }

  /** Offers the eligible items of one group. */
  private void offerGroup(int first, int group, TopK best) {
    int start = first * LinearHead.BLOCK + group * LinearHead.GROUP;
    for (int rest = eligible(group); rest != 0; rest &= rest - 1) {
      int i = Integer.numberOfTrailingZeros(rest);
      best.offer(start + i, score(group, i));
    }
  }

  /** Returns the eligible items of a group, as bits. */
  private int eligible(int group) {
    int shift = group % LinearHead.GROUPS * LinearHead.GROUP;
    return (int) (eligible[group / LinearHead.GROUPS] >>> shift) & (1 << LinearHead.GROUP) - 1;
  }

  private float score(int group, int index) {
    return scores.getAtIndex(LittleEndian.FLOAT, (long) group * LinearHead.GROUP + index);
  }

  private void boundChunk(RankingTask task, int first, int size, TopK best) {
    LinearHead output = task.output();
    float slack = 2 * output.slack();
    output.upperBounds(task.state(), errorFactor, first, size, scores);
    int groups = size * LinearHead.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, floor(best, slack));
    while (group < groups) {
      if (count + LinearHead.GROUP > PENDING) {
        rankPending(task, best);
      }
      keepContenders(output, first, group, floor(best, slack));
      group = output.firstGroupAbove(scores, group + 1, groups, floor(best, slack));
    }
  }

  /** Returns the bound that a contender must exceed: of the lower bounds and the exact scores. */
  private float floor(TopK best, float slack) {
    return Math.nextDown(Math.max(lowerBounds.threshold(), best.threshold()) - slack);
  }

  /** Keeps the contenders of one group. */
  private void keepContenders(LinearHead output, int first, int group, float floor) {
    int start = first * LinearHead.BLOCK + group * LinearHead.GROUP;
    for (int rest = eligible(group); rest != 0; rest &= rest - 1) {
      int i = Integer.numberOfTrailingZeros(rest);
      int item = start + i;
      float upper = score(group, i);
      if (upper > floor) {
        pending[count] = item;
        upperBounds[count] = upper;
        count++;
        lowerBounds.offer(item, upper - 2 * errorFactor * output.scale(item));
      }
    }
  }

  /** Computes the exact scores of the pending items. */
  private void rankPending(RankingTask task, TopK best) {
    if (coarse) {
      scoreContenders(task, best);
    } else {
      scoreFew(task, best);
    }
    count = 0;
  }

  /** Scores the pending contenders that are still in question. */
  private void scoreContenders(RankingTask task, TopK best) {
    LinearHead output = task.output();
    float slack = 2 * output.slack();
    for (int i = 0; i < count; i++) {
      if (upperBounds[i] > floor(best, slack)) {
        best.offer(pending[i], output.score(task.state(), pending[i]));
      }
    }
  }

  /** Scores the pending items, four at a time. */
  private void scoreFew(RankingTask task, TopK best) {
    LinearHead output = task.output();
    int i = 0;
    for (; i + LinearHead.TOGETHER <= count; i += LinearHead.TOGETHER) {
      output.score(task.state(), pending, i, scores);
      for (int j = 0; j < LinearHead.TOGETHER; j++) {
        best.offer(pending[i + j], score(0, j));
      }
    }
    for (; i < count; i++) {
      best.offer(pending[i], output.score(task.state(), pending[i]));
    }
  }
}
