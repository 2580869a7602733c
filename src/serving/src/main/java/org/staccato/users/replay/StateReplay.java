package org.staccato.users.replay;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;
import org.staccato.users.items.ItemDictionary;
import org.staccato.users.items.Translation;
import org.staccato.users.items.Translations;
import org.staccato.users.table.Stripe;
import org.staccato.users.table.UserTable;
import org.staccato.users.table.VersionTag;

/**
 * Brings the states of users to the version that a scorer has acquired, and advances them by
 * events. Events are replayed while the stripe is not locked. Confined like the scorer.
 *
 * <p>It works on a copy of the state in the table: answers are computed from the copy after the
 * lock is released, and a step that throws leaves the table as it was, while a half-advanced state
 * would cost a user all events that are no longer kept.
 */
public final class StateReplay {
  private final UserTable table;
  private final Translations translations;
  private final TableVersion tableVersion;
  private final Scorer scorer;
  private UserState state;
  private @Nullable Translation translation;
  private long versionTag = VersionTag.NONE;

  /** The items of the events that were read last, oldest first. */
  private final int[] events;

  private int eventCount;

  /** The slot and the edition that the state was loaded from. */
  private int slot = Stripe.NONE;

  private int edition;

  /**
   * Allocates a state.
   *
   * @param table the users
   * @param translations the items of the versions
   * @param tableVersion the version of the table's states
   * @param scorer steps the states; stays the caller's
   * @throws IllegalStateException if the model is closed
   */
  public StateReplay(
      UserTable table, Translations translations, TableVersion tableVersion, Scorer scorer) {
    this.table = table;
    this.translations = translations;
    this.tableVersion = tableVersion;
    this.scorer = scorer;
    this.state = scorer.newState();
    this.events = new int[table.events()];
  }

  /**
   * Turns to the version that the scorer has acquired.
   *
   * @param version the version
   * @param items its keys
   */
  public void bind(ModelVersion version, ItemKeys items) {
    Translation before = translation;
    if (before == null || !before.digest().equals(version.digest())) {
      Translation next = translations.of(version, items);
      scorer.reset(state);
      tableVersion.turnTo(version.digest(), scorer);
      translation = next;
      versionTag = VersionTag.of(version.digest());
    }
  }

  private Translation translation() {
    return Objects.requireNonNull(translation);
  }

  private boolean isCurrent() {
    return translations.isCurrent(translation().digest());
  }

  /**
   * Makes room for states of the version in all stripes.
   *
   * @throws OutOfMemoryError if there is too little native memory
   */
  public void makeRoom() {
    table.makeRoom(state.byteSize(), this::isCurrent);
  }

  /**
   * Brings a user to the version.
   *
   * @param user the key of the user
   * @return the state, that of a user without events if the user is not in the table; valid until
   *     the next call
   */
  public UserState stateOf(long user) {
    return stateOf(user, false);
  }

  /**
   * Brings a user to the version, and reads {@link #events} at the same moment.
   *
   * @param user the key of the user
   * @return the state, as {@link #stateOf} returns it
   */
  public UserState stateWithEvents(long user) {
    return stateOf(user, true);
  }

  private UserState stateOf(long user, boolean withEvents) {
    Stripe stripe = table.stripe(user);
    synchronized (stripe) {
      table.requireOpen();
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
      table.requireOpen();
      // A scorer that still holds an old version leaves the states of the current one alone.
      if (stripe.isUnchanged(user, slot, edition) && isCurrent()) {
        store(stripe);
      }
    }
    return state;
  }

  /** {@return the items of the events of {@link #stateWithEvents}, oldest first} */
  public int[] events() {
    return events;
  }

  /** {@return the number of these events} */
  public int eventCount() {
    return eventCount;
  }

  /**
   * Lists the items of a user's kept events, as far as the version has them.
   *
   * @param user the key of the user
   * @param items receives the items, oldest first
   * @return the number of items
   */
  public int eventsOf(long user, int[] items) {
    Stripe stripe = table.stripe(user);
    synchronized (stripe) {
      table.requireOpen();
      return readEvents(stripe, stripe.find(user), translation(), items);
    }
  }

  /**
   * Computes the sums that a user's next step needs, and keeps them if the user is in the table.
   *
   * @param user the key of the user
   */
  public void prepare(long user) {
    Stripe stripe = table.stripe(user);
    scorer.prepare(stateOf(user));
    synchronized (stripe) {
      table.requireOpen();
      if (slot != Stripe.NONE
          && stripe.isUnchanged(user, slot, edition)
          && stripe.versionTag(slot) == versionTag) {
        state = stripe.prepared().put(slot, edition, state, scorer);
      }
    }
  }

  /**
   * Appends an event to a user, and advances the state by it. If this throws, neither is changed.
   *
   * @param user the key of the user; an unknown one is added
   * @param item the index of the item in the version
   * @throws IndexOutOfBoundsException if there is no such item
   */
  public void record(long user, int item) {
    record(user, item, translation().number(item));
  }

  /**
   * Appends an event on an item that the version lacks to a user, whose state does not change.
   *
   * @param user the key of the user; an unknown one is added
   * @param number the number of the item in the dictionary
   */
  public void recordUnknown(long user, int number) {
    record(user, ItemKeys.UNKNOWN, number);
  }

  private void record(long user, int item, int number) {
    Stripe stripe = table.stripe(user);
    synchronized (stripe) {
      table.requireOpen();
      slot = stripe.find(user);
      if (takePrepared(stripe) || load(stripe)) {
        advance(stripe, user, item, number);
        return;
      }
    }
    replay();
    synchronized (stripe) {
      table.requireOpen();
      boolean unchanged = stripe.isUnchanged(user, slot, edition);
      slot = stripe.find(user);
      if (!unchanged && !load(stripe)) {
        replay();
      }
      advance(stripe, user, item, number);
    }
  }

  private void advance(Stripe stripe, long user, int item, int number) {
    // The calls that may fail come first, so that an event is kept with its state or not at all.
    ensureRoom(stripe);
    scorer.step(state, item);
    if (slot == Stripe.NONE) {
      slot = stripe.add(user);
    }
    stripe.append(slot, number);
    store(stripe);
  }

  private boolean takePrepared(Stripe stripe) {
    if (slot == Stripe.NONE) {
      return false;
    }
    UserState prepared = stripe.prepared().take(slot, stripe.edition(slot), state);
    if (prepared == null) {
      return false;
    }
    state = prepared;
    return true;
  }

  /** Loads the state if it is of the version and returns true; otherwise reads the events. */
  private boolean load(Stripe stripe) {
    if (slot == Stripe.NONE) {
      state.reset();
      return true;
    }
    // First, since room for states of another size is a change of all slots.
    boolean room = ensureRoom(stripe);
    edition = stripe.edition(slot);
    if (room && stripe.versionTag(slot) == versionTag) {
      stripe.loadState(slot, state);
      return true;
    }
    eventCount = readEvents(stripe, slot, translation(), events);
    return false;
  }

  /** Reads the items of a slot's events, as far as a version has them, and returns the number. */
  static int readEvents(Stripe stripe, int slot, Translation translation, int[] items) {
    int count = 0;
    int kept = slot == Stripe.NONE ? 0 : stripe.kept(slot);
    for (int place = 0; place < kept; place++) {
      int item = translation.item(stripe.item(slot, place));
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
    table.countRebuild();
  }

  /** Makes room if the version is the current one, and tells whether there is room. */
  private boolean ensureRoom(Stripe stripe) {
    if (stripe.stateBytes() != state.byteSize() && isCurrent()) {
      stripe.resize(state.byteSize());
    }
    return stripe.stateBytes() == state.byteSize();
  }

  private void store(Stripe stripe) {
    if (ensureRoom(stripe)) {
      stripe.storeState(slot, state, versionTag);
    } else {
      // The stripe has states of a later version, on which the user's next use replays.
      stripe.dropState(slot);
    }
    edition = stripe.edition(slot);
  }
}
