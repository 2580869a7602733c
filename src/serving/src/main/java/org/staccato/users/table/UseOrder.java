package org.staccato.users.table;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The order in which the users of a stripe were last used: a list that is linked through the slots.
 * Guarded by the monitor of the stripe.
 */
final class UseOrder {
  private final Slots slots;
  private int newest = Stripe.NONE;
  private int oldest = Stripe.NONE;
  private long uses;

  UseOrder(Slots slots) {
    this.slots = slots;
  }

  /** Returns the slot of the least recently used user. */
  int oldest() {
    return oldest;
  }

  /** Adds a slot, whose user is used now. */
  void add(int slot) {
    slots.setLastUse(slot, ++uses);
    slots.setNewer(slot, Stripe.NONE);
    slots.setOlder(slot, newest);
    if (newest == Stripe.NONE) {
      oldest = slot;
    } else {
      slots.setNewer(newest, slot);
    }
    newest = slot;
  }

  void remove(int slot) {
    int newer = slots.newer(slot);
    int older = slots.older(slot);
    if (newer == Stripe.NONE) {
      newest = older;
    } else {
      slots.setOlder(newer, older);
    }
    if (older == Stripe.NONE) {
      oldest = newer;
    } else {
      slots.setNewer(older, newer);
    }
  }

  /**
   * Builds the list anew from the last uses of the slots below a limit, all of which have users.
   */
  void sort(int limit) {
    int[] order =
        IntStream.range(0, limit)
            .boxed()
            .sorted(Comparator.comparingLong(slots::lastUse))
            .mapToInt(Integer::intValue)
            .toArray();
    newest = Stripe.NONE;
    oldest = Stripe.NONE;
    for (int slot : order) {
      add(slot);
    }
  }
}
