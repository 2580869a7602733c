package org.staccato.users.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.staccato.Scorer;
import org.staccato.UserState;

/**
 * The states of some users of a stripe with the sums that their next step needs. The place of a
 * user follows from the slot; of two users with one place, the one prepared last has it. States
 * change hands instead of being copied: with 128 units, state and sums are 3 kB. Guarded by the
 * monitor of the stripe.
 */
public final class PreparedStates {
  private final @Nullable UserState[] states;

  /** The slot whose prepared state is at a place, or none: the state there is then a spare one. */
  private final int[] slots;

  private final int[] editions;

  PreparedStates(int capacity) {
    this.states = new UserState[capacity];
    this.slots = new int[capacity];
    this.editions = new int[capacity];
    Arrays.fill(slots, Stripe.NONE);
  }

  /**
   * Keeps a prepared state, in exchange for another one.
   *
   * @param slot the slot of the user
   * @param edition the edition of the slot that the state is of
   * @param state the state, which this object owns from now on
   * @param scorer holds the version of the state
   * @return a state of the same version with any content, which the caller owns; the given one if
   *     no states are kept
   */
  public UserState put(int slot, int edition, UserState state, Scorer scorer) {
    if (states.length == 0) {
      return state;
    }
    int place = slot % states.length;
    UserState spare = states[place];
    slots[place] = Stripe.NONE;
    if (spare == null) {
      spare = scorer.newState();
    } else if (!spare.digest().equals(state.digest())) {
      scorer.reset(spare);
    }
    states[place] = state;
    slots[place] = slot;
    editions[place] = edition;
    return spare;
  }

  /**
   * Takes the prepared state of a user, in exchange for another one.
   *
   * @param slot the slot of the user
   * @param edition the edition of the slot
   * @param spare a state of the version to prepare for, which this object owns if it gives another
   * @return the prepared state, which the caller owns, or null if none of this edition and version
   *     is kept
   */
  public @Nullable UserState take(int slot, int edition, UserState spare) {
    if (states.length == 0) {
      return null;
    }
    int place = slot % states.length;
    UserState own = states[place];
    if (own == null
        || slots[place] != slot
        || editions[place] != edition
        || !own.digest().equals(spare.digest())) {
      return null;
    }
    slots[place] = Stripe.NONE;
    states[place] = spare;
    return own;
  }

  /** {@return the number of prepared states} */
  public int size() {
    return (int) Arrays.stream(slots).filter(slot -> slot != Stripe.NONE).count();
  }

  /** Clears the prepared state of a slot. */
  void forget(int slot) {
    int place = states.length == 0 ? 0 : slot % states.length;
    UserState own = states.length == 0 ? null : states[place];
    if (own != null && slots[place] == slot) {
      slots[place] = Stripe.NONE;
      own.reset();
    }
  }
}
