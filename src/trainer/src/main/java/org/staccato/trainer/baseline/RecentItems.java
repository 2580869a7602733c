package org.staccato.trainer.baseline;

/** The last events of a sequence, up to a number. Confined to one thread. */
final class RecentItems {
  private final int[] ring;
  private int observed;

  RecentItems(int most) {
    ring = new int[most];
  }

  void clear() {
    observed = 0;
  }

  void add(int item) {
    ring[observed % ring.length] = item;
    observed = Math.incrementExact(observed);
  }

  int size() {
    return Math.min(observed, ring.length);
  }

  /** Returns an event, 0 for the last one. */
  int fromLast(int back) {
    return ring[(observed - 1 - back) % ring.length];
  }

  /** Returns whether a later event has the same item. */
  boolean isRepeatedLater(int back) {
    for (int later = 0; later < back; later++) {
      if (fromLast(later) == fromLast(back)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the number of distinct items. */
  int distinct() {
    int distinct = 0;
    for (int back = 0; back < size(); back++) {
      distinct += isRepeatedLater(back) ? 0 : 1;
    }
    return distinct;
  }
}
