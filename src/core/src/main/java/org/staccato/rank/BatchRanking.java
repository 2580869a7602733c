package org.staccato.rank;

import java.util.stream.Stream;
import org.staccato.network.LinearHead;
import org.staccato.network.LinearHeadBatch;

/**
 * Finds the best items of a catalogue for many users in one pass, exactly: reads each weight once
 * for four of them, and skips a block in which no user has an eligible item. The scores have the
 * bits of single ones, so the results are those of {@link CatalogueRanking}. Owns its tasks and its
 * scratch; confined to one thread at a time. Methods that compute throw {@link
 * IllegalStateException} after the weight file of the tasks is closed.
 */
public final class BatchRanking {

  /** The least number of users for which one pass takes less time than a pass for each. */
  private static final int LEAST = 2;

  /** The least number of users for a catalogue with coarse weights. */
  private static final int LEAST_WITH_COARSE_WEIGHTS = 8;

  private final RankingTask[] tasks;
  private int count;

  /** The eligible items of a block for each user, as bits. */
  private final long[] eligible;

  private final CatalogueRanking single = new CatalogueRanking();

  /**
   * Creates an empty batch.
   *
   * @param capacity the most tasks, at least 1
   */
  public BatchRanking(int capacity) {
    tasks = Stream.generate(RankingTask::new).limit(capacity).toArray(RankingTask[]::new);
    eligible = new long[capacity];
  }

  /**
   * Adds a task to the batch.
   *
   * @return the task, which is clear, for the caller to set; all tasks of a batch are of the same
   *     output layer, and have different results
   * @throws IndexOutOfBoundsException if the batch is full
   */
  public RankingTask add() {
    RankingTask task = tasks[count];
    count++;
    return task;
  }

  /** Clears the tasks and removes them from the batch. */
  public void clear() {
    while (count > 0) {
      tasks[--count].clear();
    }
  }

  /**
   * Ranks for all users of the batch, each of whom may have other eligible items and another k.
   *
   * @param output the output layer of the tasks for as many states
   */
  public void rank(LinearHeadBatch output) {
    boolean coarse = tasks[0].output().hasCoarse();
    if (count < (coarse ? LEAST_WITH_COARSE_WEIGHTS : LEAST)) {
      for (int i = 0; i < count; i++) {
        single.rank(tasks[i]);
      }
    } else {
      rankTogether(output);
    }
  }

  /**
   * Ranks for all users of the batch, one after the other, with the votes of a memory.
   *
   * @param blended the ranking of the network of the tasks
   */
  public void rank(BlendedRanking blended) {
    for (int i = 0; i < count; i++) {
      blended.rank(tasks[i]);
    }
  }

  private void rankTogether(LinearHeadBatch output) {
    int items = tasks[0].items();
    for (int i = 0; i < count; i++) {
      tasks[i].best().start(Math.min(tasks[i].k(), items));
      output.setState(i, tasks[i].state());
    }
    for (int block = 0; block < tasks[0].blocks(); block++) {
      if (findEligible(block, items)) {
        output.score(block, count);
        for (int i = 0; i < count; i++) {
          offer(output, i, block, tasks[i].best());
        }
      }
    }
    for (int i = 0; i < count; i++) {
      tasks[i].best().finish();
    }
  }

  /**
   * Computes all scores for all users of the batch.
   *
   * @param output the output layer of the tasks for as many states
   * @param scores receives one score per item for each task, tasks × items
   */
  public void scores(LinearHeadBatch output, float[][] scores) {
    int items = tasks[0].items();
    for (int i = 0; i < count; i++) {
      output.setState(i, tasks[i].state());
    }
    for (int block = 0; block < tasks[0].blocks(); block++) {
      output.score(block, count);
      int first = block * LinearHead.BLOCK;
      int rows = Math.min(LinearHead.BLOCK, items - first);
      for (int i = 0; i < count; i++) {
        output.copyScores(i, rows, scores[i], first);
      }
    }
  }

  /** Finds the eligible items of a block for each user, and returns whether there is one. */
  private boolean findEligible(int block, int items) {
    long inCatalogue = EligibleBlocks.itemsOf(block, items);
    long any = 0;
    for (int i = 0; i < count; i++) {
      eligible[i] = tasks[i].eligible().word(block) & inCatalogue;
      any |= eligible[i];
    }
    return any != 0;
  }

  /** Offers the eligible items of one block to one user. */
  private void offer(LinearHeadBatch output, int user, int block, TopK best) {
    if (eligible[user] == 0) {
      return;
    }
    int first = block * LinearHead.BLOCK;
    int group = output.firstGroupAbove(user, 0, best.threshold());
    while (group < LinearHead.GROUPS) {
      int start = group * LinearHead.GROUP;
      long rest = eligible[user] >>> start & (1L << LinearHead.GROUP) - 1;
      for (; rest != 0; rest &= rest - 1) {
        int row = start + Long.numberOfTrailingZeros(rest);
        best.offer(first + row, output.scoreOf(user, row));
      }
      group = output.firstGroupAbove(user, group + 1, best.threshold());
    }
  }
}
