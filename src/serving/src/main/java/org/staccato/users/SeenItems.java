package org.staccato.users;

import org.jspecify.annotations.Nullable;
import org.staccato.ItemFilter;
import org.staccato.ItemSet;
import org.staccato.live.ModelVersion;

/** Adds the items of a user's events to a filter, for one user after the other. Confined. */
final class SeenItems {
  private @Nullable ItemSet seen;

  /** The filter that was given last, and the filter that was made of it. */
  private ItemFilter given = ItemFilter.NONE;

  private ItemFilter joined = ItemFilter.NONE;

  /** Returns a filter that also rules out some items of a version, valid until the next call. */
  ItemFilter without(int[] items, int count, ModelVersion version, ItemFilter filter) {
    ItemSet own = seen;
    boolean fits = own != null && own.digest().equals(version.digest());
    if (own == null || !fits) {
      own = ItemSet.of(version, items, count);
      seen = own;
      // The filter that was made last refers to the set of the version before.
      given = ItemFilter.NONE;
      joined = given.withSeen(own);
    } else {
      own.set(items, count);
    }
    ItemSet others = filter.seen();
    if (others != null) {
      own.addAll(others);
    }
    if (!filter.equals(given)) {
      given = filter;
      joined = filter.withSeen(own);
    }
    return joined;
  }
}
