package org.staccato.serving;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;

/**
 * Brings the states of users to the version that a scorer holds, in one state of its own, and takes
 * them on by events. Events are replayed outside of the stripe's lock. Confined like its scorer.
 */
final class StateReplay {
  private final UserStates users;
  private final Scorer scorer;
  private final UserState state;
  private @Nullable Translation translation;

  /** The items of events that were read, oldest first. */
  private final int[] events;

  private int eventCount;

  /** Where the state that was loaded last came from, and the edition that it is of. */
  private int slot = Stripe.NONE;

  private int edition;

  StateReplay(UserStates users, Scorer scorer) {
    this.users = users;
    this.scorer = scorer;
    this.state = scorer.newState();
    this.events = new int[users.options().events()];
  }

  /** Turns to the version that the scorer has acquired. */
  void bind(ModelVersion version, ItemKeys items) {
    Translation before = translation;
    if (before == null || !before.digest().equals(version.digest())) {
      Translation next = users.translations().of(version, items);
      scorer.reset(state);
      translation = next;
    }
  }

  Translation translation() {
    return Objects.requireNonNull(translation);
  }

  /** The bytes of a state of the version. */
  long stateBytes() {
    return state.byteSize();
  }

  /** The state of a user, of one without events if the user is unknown. */
  UserState stateOf(long user) {
    return stateOf(user, false);
  }

  /** The same, and if wanted the items of the events that are kept: {@link #events}. */
  UserState stateOf(long user, boolean withEvents) {
    Stripe stripe = users.stripe(user);
    synchronized (stripe) {
      users.requireOpen();
      slot = stripe.find(user);
      if (load(stripe)) {
        if (withEvents) {
          eventCount = readEvents(stripe, slot, translation(), events);
        }
        return state;
      }
    }
    replay();
    synchronized (stripe) {
      users.requireOpen();
      // A version that is no more leaves the states of the next one alone.
      if (stripe.isUnchanged(user, slot, edition) && users.isCurrent(translation())) {
        store(stripe);
      }
    }
    return state;
  }

  /** The items of the events of the user whose state was asked for with them, oldest first. */
  int[] events() {
    return events;
  }

  int eventCount() {
    return eventCount;
  }

  /** Lists a user's events, and returns how many there are. */
  int eventsOf(long user, int[] items) {
    Stripe stripe = users.stripe(user);
    synchronized (stripe) {
      users.requireOpen();
      return readEvents(stripe, stripe.find(user), translation(), items);
    }
  }

  /** Computes ahead what the next event of a user needs, and keeps it if the user is known. */
  void prepare(long user) {
    Stripe stripe = users.stripe(user);
    scorer.prepare(stateOf(user));
    synchronized (stripe) {
      users.requireOpen();
      if (slot != Stripe.NONE
          && stripe.isUnchanged(user, slot, edition)
          && stripe.version(slot) == translation().version()) {
        stripe.prepared().put(slot, edition, state, scorer);
      }
    }
  }

  /** Takes a user on by an event, and keeps both. */
  void record(long user, int item) {
    int number = translation().number(item);
    Stripe stripe = users.stripe(user);
    synchronized (stripe) {
      users.requireOpen();
      slot = stripe.find(user);
      if (take(stripe) || load(stripe)) {
        advance(stripe, user, item, number);
        return;
      }
    }
    replay();
    synchronized (stripe) {
      users.requireOpen();
      boolean unchanged = stripe.isUnchanged(user, slot, edition);
      slot = stripe.find(user);
      if (!unchanged && !load(stripe)) {
        replay();
      }
      advance(stripe, user, item, number);
    }
  }

  private void advance(Stripe stripe, long user, int item, int number) {
    // First what may fail: an event is kept with its state or not at all.
    makeRoom(stripe);
    scorer.step(state, item);
    if (slot == Stripe.NONE) {
      slot = stripe.add(user);
    }
    stripe.append(slot, number);
    store(stripe);
  }

  /** Takes what was computed ahead. */
  private boolean take(Stripe stripe) {
    return slot != Stripe.NONE && stripe.prepared().take(slot, stripe.edition(slot), state);
  }

  /** Loads the state if it is of the version, or else reads the events, and returns whether. */
  private boolean load(Stripe stripe) {
    if (slot == Stripe.NONE) {
      state.reset();
      return true;
    }
    edition = stripe.edition(slot);
    if (makeRoom(stripe) && stripe.version(slot) == translation().version()) {
      state.copyFrom(stripe.states(), stripe.stateOffset(slot));
      return true;
    }
    eventCount = readEvents(stripe, slot, translation(), events);
    return false;
  }

  /** Reads the items of a slot's events, as far as a version has them, and returns how many. */
  static int readEvents(Stripe stripe, int slot, Translation translation, int[] items) {
    int count = 0;
    int kept = slot == Stripe.NONE ? 0 : stripe.kept(slot);
    for (int i = 0; i < kept; i++) {
      int item = translation.item(stripe.event(slot, i));
      if (item != ItemDictionary.ABSENT) {
        items[count++] = item;
      }
    }
    return count;
  }

  private void replay() {
    state.reset();
    for (int i = 0; i < eventCount; i++) {
      scorer.step(state, events[i]);
    }
    users.countRebuild();
  }

  /** Whether there is room for states of the version; the current one makes itself room. */
  private boolean makeRoom(Stripe stripe) {
    if (stripe.stateBytes() != state.byteSize() && users.isCurrent(translation())) {
      stripe.resize(state.byteSize());
    }
    return stripe.stateBytes() == state.byteSize();
  }

  private void store(Stripe stripe) {
    if (makeRoom(stripe)) {
      state.copyTo(stripe.states(), stripe.stateOffset(slot));
      stripe.setVersion(slot, translation().version());
    } else {
      // States of a later version lie there; its next touch replays.
      stripe.setVersion(slot, 0);
    }
    edition = stripe.edition(slot);
  }
}
