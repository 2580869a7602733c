package org.staccato;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.network.LstmStack;
import org.staccato.network.Network;
import org.staccato.network.OutputLayer;

/**
 * Advances user states and ranks items: all the scratch that one thread needs, so that nothing is
 * allocated after its creation once the code is compiled. Confined to the thread that first uses
 * it, which is checked when assertions are on.
 *
 * <p>Scores are logits: the output layer's sums, higher is better. They are never NaN in a ranking.
 * After the model is closed all methods that read it throw {@link IllegalStateException}; a state
 * that was being advanced at that moment is then undefined.
 */
public final class Scorer {

  /** The groups of items that are scored before their scores are looked at: 4 KB of them. */
  static final int CHUNK = 64;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String digest;
  private final LstmStack stack;
  private final OutputLayer output;
  private final int items;
  private final MemorySegment gates;
  private final MemorySegment scores;
  private @Nullable Thread owner;

  Scorer(String digest, Network network) {
    this.digest = digest;
    this.stack = network.stack();
    this.output = network.output();
    this.items = network.specification().items();
    this.gates = stack.newGates();
    this.scores = output.newScores(CHUNK);
  }

  /** {@return a new state of a user without events} */
  public UserState newState() {
    return new UserState(digest, stack);
  }

  /**
   * Makes a state that of a user without events.
   *
   * @param user the state
   */
  public void reset(UserState user) {
    user.requireVersion(digest);
    user.reset();
  }

  /**
   * Advances a state by one event.
   *
   * @param user the state
   * @param item the index of the item of the event
   * @throws IndexOutOfBoundsException if there is no such item; the state is then unchanged
   * @throws IllegalArgumentException if the state is of another model version
   * @throws IllegalStateException if the model is closed
   */
  public void step(UserState user, int item) {
    assert isConfined();
    user.requireVersion(digest);
    requireItem(item);
    stack.step(user.memory(), gates, item);
  }

  /**
   * Ranks the whole catalogue.
   *
   * @param user the state
   * @param k the most items to return, at least 1; may exceed the catalogue
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1 or the state is of another model version
   * @throws IllegalStateException if the model is closed
   */
  public int topK(UserState user, int k, Ranked ranked) {
    return topK(user, k, ItemFilter.NONE, ranked);
  }

  /**
   * Ranks the items that pass a filter.
   *
   * @param user the state
   * @param k the most items to return, at least 1; may exceed the catalogue
   * @param filter which items may be returned
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1, a set of the filter is of another catalogue,
   *     or the state is of another model version
   * @throws IllegalStateException if the model is closed
   */
  public int topK(UserState user, int k, ItemFilter filter, Ranked ranked) {
    assert isConfined();
    user.requireVersion(digest);
    filter.requireItems(items);
    if (k < 1) {
      throw new IllegalArgumentException("k: found " + k + ", expected at least 1");
    }
    ranked.start(Math.min(k, items));
    for (int first = 0; first < output.groups(); first += CHUNK) {
      rank(user, first, filter, ranked);
    }
    ranked.finish();
    return ranked.size();
  }

  /** Scores a chunk of the catalogue and offers its items to a ranking. */
  private void rank(UserState user, int first, ItemFilter filter, Ranked ranked) {
    int count = Math.min(CHUNK, output.groups() - first);
    output.score(user.memory(), first, count, scores);
    int group = output.firstGroupAbove(scores, 0, count, ranked.threshold());
    while (group < count) {
      offer(first, group, filter, ranked);
      group = output.firstGroupAbove(scores, group + 1, count, ranked.threshold());
    }
  }

  /** Ranks one chunk, for the sake of the compiler: a whole catalogue takes long before. */
  void warmUp(UserState user, Ranked ranked) {
    ranked.start(Math.min(10, items));
    rank(user, 0, ItemFilter.NONE, ranked);
    ranked.finish();
  }

  /** Offers the items of one group to a ranking. */
  private void offer(int first, int group, ItemFilter filter, Ranked ranked) {
    int start = (first + group) * OutputLayer.GROUP;
    int count = Math.min(OutputLayer.GROUP, items - start);
    for (int i = 0; i < count; i++) {
      float score = scores.getAtIndex(FLOAT, (long) group * OutputLayer.GROUP + i);
      if (score > ranked.threshold() && filter.accepts(start + i)) {
        ranked.offer(start + i, score);
      }
    }
  }

  /**
   * Scores one item.
   *
   * @param user the state
   * @param item the index of the item
   * @return its score
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalArgumentException if the state is of another model version
   * @throws IllegalStateException if the model is closed
   */
  public float score(UserState user, int item) {
    assert isConfined();
    user.requireVersion(digest);
    requireItem(item);
    // The 16 weights of a group and a hidden unit share a cache line: the others come for free.
    output.score(user.memory(), item / OutputLayer.GROUP, 1, scores);
    return scores.getAtIndex(FLOAT, item % OutputLayer.GROUP);
  }

  /**
   * Scores a batch of candidates.
   *
   * @param user the state
   * @param candidates the indices of the items; candidates in ascending order are the cheapest
   * @param count how many of them to score
   * @param results receives their scores
   * @throws IndexOutOfBoundsException if there is no such item, or if an array is shorter than the
   *     count; the results of the candidates before are then valid
   * @throws IllegalArgumentException if the state is of another model version
   * @throws IllegalStateException if the model is closed
   */
  public void score(UserState user, int[] candidates, int count, float[] results) {
    assert isConfined();
    user.requireVersion(digest);
    Objects.checkFromIndexSize(0, count, Math.min(candidates.length, results.length));
    int scored = -1;
    for (int i = 0; i < count; i++) {
      requireItem(candidates[i]);
      int group = candidates[i] / OutputLayer.GROUP;
      if (group != scored) {
        output.score(user.memory(), group, 1, scores);
        scored = group;
      }
      results[i] = scores.getAtIndex(FLOAT, candidates[i] % OutputLayer.GROUP);
    }
  }

  /**
   * Scores the whole catalogue.
   *
   * @param user the state
   * @param all receives one score per item
   * @throws IllegalArgumentException if the array is shorter than the catalogue or the state is of
   *     another model version
   * @throws IllegalStateException if the model is closed
   */
  public void scores(UserState user, float[] all) {
    assert isConfined();
    user.requireVersion(digest);
    if (all.length < items) {
      throw new IllegalArgumentException(
          "scores: found an array of " + all.length + ", expected one per item, " + items);
    }
    for (int first = 0; first < output.groups(); first += CHUNK) {
      int count = Math.min(CHUNK, output.groups() - first);
      output.score(user.memory(), first, count, scores);
      int start = first * OutputLayer.GROUP;
      int length = Math.min(count * OutputLayer.GROUP, items - start);
      MemorySegment.copy(scores, FLOAT, 0, all, start, length);
    }
  }

  private void requireItem(int item) {
    if (item < 0 || item >= items) {
      throw new IndexOutOfBoundsException("item: found " + item + ", expected 0 to " + (items - 1));
    }
  }

  private boolean isConfined() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    if (owner != Thread.currentThread()) {
      throw new AssertionError(
          "scorer: used by " + Thread.currentThread() + ", expected its first user " + owner);
    }
    return true;
  }
}
