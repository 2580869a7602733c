package org.staccato;

import org.jspecify.annotations.Nullable;

/**
 * Which items a ranking may contain: those that are in {@code allow}, if there is one, and neither
 * in {@code seen} nor in {@code deny}. The sets are all of the version that answers, of either
 * kind. They are not copied, so that a filter can be kept while they change between rankings.
 *
 * @param seen what the user has seen, or null
 * @param allow the only items to rank, or null for all
 * @param deny what must not be ranked, or null
 */
@SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
public record ItemFilter(@Nullable ItemSet seen, @Nullable ItemSet allow, @Nullable ItemSet deny) {

  /** Lets every item pass. */
  public static final ItemFilter NONE = new ItemFilter(null, null, null);

  /**
   * Replaces the seen items.
   *
   * @param items what the user has seen, or null
   * @return a filter with these
   */
  public ItemFilter withSeen(@Nullable ItemSet items) {
    return new ItemFilter(items, allow, deny);
  }

  /**
   * Replaces the allowed items.
   *
   * @param items the only items to rank, or null for all
   * @return a filter with these
   */
  public ItemFilter withAllow(@Nullable ItemSet items) {
    return new ItemFilter(seen, items, deny);
  }

  /**
   * Replaces the denied items.
   *
   * @param items what must not be ranked, or null
   * @return a filter with these
   */
  public ItemFilter withDeny(@Nullable ItemSet items) {
    return new ItemFilter(seen, allow, items);
  }

  /**
   * Applies the filter.
   *
   * @param item the index of an item
   * @return whether it may be ranked
   * @throws IndexOutOfBoundsException if a set's catalogue has no such item
   */
  public boolean accepts(int item) {
    return (allow == null || allow.contains(item))
        && (seen == null || !seen.contains(item))
        && (deny == null || !deny.contains(item));
  }

  /**
   * Applies the filter to a block of the output layer.
   *
   * @return which of its 64 items may be ranked, the first as the lowest bit; those behind the end
   *     of the catalogue may be among them
   */
  long eligible(int block) {
    long word = allow == null ? -1 : allow.word(block);
    word = seen == null ? word : word & ~seen.word(block);
    return deny == null ? word : word & ~deny.word(block);
  }

  /** Returns whether every item passes. */
  boolean passesAll() {
    return seen == null && allow == null && deny == null;
  }

  /** Returns the most of so many items, or of so many blocks of items, that have one to rank. */
  int most(int count) {
    return allow == null ? count : Math.min(count, allow.size());
  }

  /** Checks that all sets are of the version that answers. */
  void requireVersion(String digest) {
    requireVersion("item set (seen)", seen, digest);
    requireVersion("item set (allow)", allow, digest);
    requireVersion("item set (deny)", deny, digest);
  }

  private static void requireVersion(String what, @Nullable ItemSet set, String digest) {
    if (set != null) {
      set.requireVersion(what, digest);
    }
  }
}
