package org.staccato.rank;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.network.LinearHead;

/**
 * The arguments of a ranking: the output layer, the user, the eligible items, and the result. Reuse
 * it: set it before each ranking and clear it after, so that nothing is allocated and no memory of
 * a version or of a filter stays reachable. One thread writes it; the threads that share a ranking
 * read it meanwhile.
 */
public final class RankingTask {
  private final EligibleItems eligible = new EligibleItems();
  private @Nullable LinearHead output;
  private MemorySegment state = MemorySegment.NULL;
  private int items;
  private int k;
  private @Nullable TopK best;

  /** Creates a clear task. */
  public RankingTask() {}

  /**
   * Sets the user whose scores to compute.
   *
   * @param layer the output layer
   * @param catalogueSize the number of items that it scores
   * @param user a state of the stack below
   */
  public void setUser(LinearHead layer, int catalogueSize, MemorySegment user) {
    output = layer;
    items = catalogueSize;
    state = user;
  }

  /**
   * Sets how many items to find. All are eligible unless {@link #eligible} says otherwise.
   *
   * @param count the most items to return, at least 1; may exceed the catalogue
   * @param receiver receives the best items
   */
  public void setResult(int count, TopK receiver) {
    k = count;
    best = receiver;
  }

  /** {@return the eligible items, to be set} */
  public EligibleItems eligible() {
    return eligible;
  }

  /** Drops all references, and makes all items eligible. */
  public void clear() {
    output = null;
    state = MemorySegment.NULL;
    best = null;
    eligible.clear();
  }

  LinearHead output() {
    return Objects.requireNonNull(output);
  }

  MemorySegment state() {
    return state;
  }

  /** Returns the number of items in the catalogue. */
  int items() {
    return items;
  }

  /** Returns the number of blocks in the catalogue. */
  int blocks() {
    return output().blocks();
  }

  /** Returns the most items to return. */
  int k() {
    return k;
  }

  TopK best() {
    return Objects.requireNonNull(best);
  }
}
