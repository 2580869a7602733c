package org.staccato;

import org.jspecify.annotations.Nullable;
import org.staccato.rank.EligibleItems;
import org.staccato.rank.ItemWords;

/**
 * Selects the items that a ranking may contain: the items of {@code allow}, or all items if it is
 * null, without those of {@code seen} and {@code deny}. All sets belong to the version that
 * answers; each is dense or sparse. A filter does not copy its sets: change them between rankings,
 * but not while a ranking runs.
 *
 * @param seen the items that the user has seen, or null
 * @param allow the only items to rank, or null for all
 * @param deny the items that must not be ranked, or null
 */
@SuppressWarnings("exports") // The annotations are for the compiler only.
public record ItemFilter(@Nullable ItemSet seen, @Nullable ItemSet allow, @Nullable ItemSet deny) {

  /** Lets every item pass. */
  public static final ItemFilter NONE = new ItemFilter(null, null, null);

  /**
   * Replaces the seen items.
   *
   * @param items the items that the user has seen, or null
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
   * @param items the items that must not be ranked, or null
   * @return a filter with these
   */
  public ItemFilter withDeny(@Nullable ItemSet items) {
    return new ItemFilter(seen, allow, items);
  }

  /**
   * Applies the filter to an item.
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

  /** Sets the items that pass as the eligible items of a ranking. */
  void applyTo(EligibleItems eligible) {
    eligible.set(words(seen), words(allow), words(deny));
  }

  private static @Nullable ItemWords words(@Nullable ItemSet set) {
    return set == null ? null : set.words();
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
