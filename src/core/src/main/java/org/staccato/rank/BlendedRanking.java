package org.staccato.rank;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.network.LinearHead;
import org.staccato.network.NeighbourIndex;
import org.staccato.network.Network;

/**
 * Finds the best items of a catalogue for one user by the probabilities that {@link
 * org.staccato.model.NeighbourMemory} blends from a softmax and the votes of neighbours. A score is
 * the natural logarithm of such a probability: an item without a vote keeps its logit, less a
 * number that all items share, so that no probability vanishes and the order of the logits stays.
 *
 * <p>The softmax needs the scores of the whole catalogue, whatever the filter, and those of the
 * exact weights. Owns its scratch; confined to one thread at a time. All methods that compute throw
 * {@link IllegalStateException} after the weight file is closed.
 */
public final class BlendedRanking {
  private final NeighbourLookup lookup;
  private final LinearHead output;
  private final int items;
  private final double share;
  private final MemorySegment scores;
  private final MemorySegment lanes;

  private BlendedRanking(Network network, NeighbourIndex index, @Nullable BlendedRanking before) {
    lookup = new NeighbourLookup(index, before == null ? null : before.lookup);
    output = network.ranking();
    items = index.items();
    share = index.share();
    MemorySegment none = MemorySegment.NULL;
    scores =
        OffHeap.atLeast(
            LinearHead.scoresBytes(output.blocks()), before == null ? none : before.scores);
    lanes = before == null ? OffHeap.allocate(LinearHead.GROUP * Float.BYTES) : before.lanes;
  }

  /**
   * Allocates scratch for a network with a memory, or takes over that of another ranking where it
   * is large enough.
   *
   * @param network the network
   * @param before a ranking that is not used any more, or null
   * @return the ranking, or null if the network has no memory
   */
  @SuppressWarnings("exports") // The annotations are for the compiler only.
  public static @Nullable BlendedRanking of(Network network, @Nullable BlendedRanking before) {
    NeighbourIndex index = network.memory();
    return index == null ? null : new BlendedRanking(network, index, before);
  }

  /**
   * Ranks the eligible items.
   *
   * @param task the task, with a user and a result
   */
  public void rank(RankingTask task) {
    compute(task.state());
    TopK best = task.best();
    EligibleItems eligible = task.eligible();
    best.start(Math.min(task.k(), items));
    int groups = output.blocks() * LinearHead.GROUPS;
    int group = output.firstGroupAbove(scores, 0, groups, best.threshold());
    while (group < groups) {
      long word = eligible.word(group / LinearHead.GROUPS);
      int start = group * LinearHead.GROUP;
      long rest = word >>> start & (1L << LinearHead.GROUP) - 1;
      for (; rest != 0; rest &= rest - 1) {
        int item = start + Long.numberOfTrailingZeros(rest);
        best.offer(item, score(item));
      }
      group = output.firstGroupAbove(scores, group + 1, groups, best.threshold());
    }
    best.finish();
  }

  /**
   * Computes all scores.
   *
   * @param state a state of the network
   * @param all receives one score per item
   */
  public void scores(MemorySegment state, float[] all) {
    compute(state);
    MemorySegment.copy(scores, LittleEndian.FLOAT, 0, all, 0, items);
  }

  /**
   * Returns a score that was computed.
   *
   * @param item the item, which the caller has checked
   * @return its score for the state that {@link #compute} took last
   */
  public float score(int item) {
    return scores.getAtIndex(LittleEndian.FLOAT, item);
  }

  /**
   * Computes the scores of the whole catalogue, for {@link #score}.
   *
   * @param state a state of the network
   */
  public void compute(MemorySegment state) {
    int padded = output.blocks() * LinearHead.BLOCK;
    output.score(state, 0, output.blocks(), scores);
    for (int i = items; i < padded; i++) {
      scores.setAtIndex(LittleEndian.FLOAT, i, Float.NEGATIVE_INFINITY);
    }
    int groups = output.blocks() * LinearHead.GROUPS;
    double normaliser = output.logSumOfExponentials(scores, groups, lanes);
    lookup.find(state);
    boolean votes = lookup.total() > 0;
    double rest = votes ? 1 - share : 1;
    addToAll((float) (Math.log(rest) - normaliser));
    for (int i = 0; votes && i < lookup.size(); i++) {
      blend(lookup.item(i));
    }
  }

  private void addToAll(float shift) {
    for (int i = 0; i < items; i++) {
      long place = (long) i * Float.BYTES;
      scores.set(LittleEndian.FLOAT, place, scores.get(LittleEndian.FLOAT, place) + shift);
    }
  }

  /** Adds the votes for an item to the probability that its score stands for. */
  private void blend(int item) {
    double probability = Math.exp(score(item)) + share * lookup.vote(item) / lookup.total();
    // The last item of the user has no vote, and keeps its score.
    if (lookup.vote(item) > 0) {
      scores.setAtIndex(LittleEndian.FLOAT, item, (float) Math.log(probability));
    }
  }
}
