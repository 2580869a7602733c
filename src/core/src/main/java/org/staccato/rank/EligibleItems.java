package org.staccato.rank;

import org.jspecify.annotations.Nullable;

/**
 * The items that a ranking may return: those of the allowed set, or all if there is none, without
 * the seen and the denied ones. Refers to the sets until it is cleared. Several threads may read
 * it, and the sets, while none writes them.
 */
public final class EligibleItems {
  private @Nullable ItemWords seen;
  private @Nullable ItemWords allow;
  private @Nullable ItemWords deny;

  /** Makes all items eligible. */
  EligibleItems() {}

  /**
   * Sets which items are eligible.
   *
   * @param seenItems the items that the user has seen, or null
   * @param allowedItems the only items to rank, or null for all
   * @param deniedItems the items that must not be ranked, or null
   */
  public void set(
      @Nullable ItemWords seenItems,
      @Nullable ItemWords allowedItems,
      @Nullable ItemWords deniedItems) {
    seen = seenItems;
    allow = allowedItems;
    deny = deniedItems;
  }

  /** Makes all items eligible, and drops the sets. */
  void clear() {
    set(null, null, null);
  }

  @Nullable ItemWords seen() {
    return seen;
  }

  @Nullable ItemWords allow() {
    return allow;
  }

  @Nullable ItemWords deny() {
    return deny;
  }

  /** Returns whether all items are eligible. */
  boolean isAll() {
    return seen == null && allow == null && deny == null;
  }

  /** Bounds how many of {@code count} items, or of so many blocks of items, are eligible. */
  int atMost(int count) {
    return allow == null ? count : Math.min(count, allow.size());
  }

  /**
   * Returns the eligible items of a block as bits, perhaps with some behind the catalogue's end.
   */
  long word(int block) {
    long word = allow == null ? -1 : allow.word(block);
    word = seen == null ? word : word & ~seen.word(block);
    return deny == null ? word : word & ~deny.word(block);
  }
}
