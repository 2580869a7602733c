package org.staccato.serving;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.staccato.Scorer;
import org.staccato.UserState;

/**
 * The states of some users of a stripe with the sums that their next step needs. A user's place
 * follows from the slot, and who comes there later takes it. Guarded by the stripe's monitor.
 */
final class PreparedStates {
  private final @Nullable UserState[] states;
  private final int[] slots;
  private final int[] editions;

  PreparedStates(int capacity) {
    this.states = new UserState[capacity];
    this.slots = new int[capacity];
    this.editions = new int[capacity];
    Arrays.fill(slots, Stripe.NONE);
  }

  /**
   * Keeps a prepared state.
   *
   * @param edition the slot's edition that the state is of
   * @param scorer holds the state's version
   */
  void put(int slot, int edition, UserState state, Scorer scorer) {
    if (states.length == 0) {
      return;
    }
    int place = slot % states.length;
    UserState own = states[place];
    slots[place] = Stripe.NONE;
    if (own == null) {
      own = scorer.newState();
      states[place] = own;
    } else if (!own.digest().equals(state.digest())) {
      scorer.reset(own);
    }
    own.copyFrom(state);
    slots[place] = slot;
    editions[place] = edition;
  }

  /** Takes a prepared state if there is one of this edition and version, and returns whether. */
  boolean take(int slot, int edition, UserState target) {
    if (states.length == 0) {
      return false;
    }
    int place = slot % states.length;
    UserState own = states[place];
    if (own == null
        || slots[place] != slot
        || editions[place] != edition
        || !own.digest().equals(target.digest())) {
      return false;
    }
    slots[place] = Stripe.NONE;
    target.copyFrom(own);
    return true;
  }

  /** How many states are kept. */
  int size() {
    return (int) Arrays.stream(slots).filter(slot -> slot != Stripe.NONE).count();
  }

  /** Forgets what is kept of a slot. */
  void forget(int slot) {
    int place = states.length == 0 ? 0 : slot % states.length;
    UserState own = states.length == 0 ? null : states[place];
    if (own != null && slots[place] == slot) {
      slots[place] = Stripe.NONE;
      own.reset();
    }
  }
}
