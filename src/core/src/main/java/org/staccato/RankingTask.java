package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.network.LinearHead;

/**
 * What to rank, for whom, and how much of it. Set for each ranking and cleared after it, so that
 * nothing is allocated and nothing of a version outlives it here. One thread sets it; those that it
 * is handed to read it meanwhile.
 */
final class RankingTask {
  private @Nullable LinearHead output;
  private MemorySegment state = MemorySegment.NULL;
  private int items;
  private int k;
  private ItemFilter filter = ItemFilter.NONE;

  /**
   * Sets the task.
   *
   * @param layer the head
   * @param user a state of the stack below
   * @param catalogue the number of items
   * @param best the most items to return, at least 1
   * @param passing says which items may be ranked
   */
  void set(LinearHead layer, MemorySegment user, int catalogue, int best, ItemFilter passing) {
    output = layer;
    state = user;
    items = catalogue;
    k = best;
    filter = passing;
  }

  /** Lets go of everything. */
  void clear() {
    output = null;
    state = MemorySegment.NULL;
    filter = ItemFilter.NONE;
  }

  LinearHead output() {
    return Objects.requireNonNull(output);
  }

  MemorySegment state() {
    return state;
  }

  int items() {
    return items;
  }

  int k() {
    return k;
  }

  ItemFilter filter() {
    return filter;
  }

  /** {@return the blocks of the catalogue} */
  int blocks() {
    return output().blocks();
  }
}
