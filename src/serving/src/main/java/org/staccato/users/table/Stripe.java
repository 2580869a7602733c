package org.staccato.users.table;

import java.lang.foreign.Arena;
import java.util.function.Supplier;
import org.agrona.collections.Long2LongHashMap;
import org.staccato.UserState;

/**
 * A part of the users: their slots and states, the index that finds them, and the order in which
 * they were last used. Guarded by its own monitor, which every caller of a method holds, except
 * where the method says otherwise.
 */
public final class Stripe implements AutoCloseable {

  /** The slot of a user who is not in the stripe. */
  public static final int NONE = -1;

  private static final float LOAD_FACTOR = 0.65f;

  private final int capacity;
  private final Supplier<Arena> arenas;
  private final Slots slots;
  private final Long2LongHashMap index;
  private final UseOrder order;
  private final PreparedStates prepared;
  private StateMemory states = StateMemory.NONE;

  /** The number of slots that were ever in use; they are the first ones. */
  private int limit;

  /** The first of the slots below the limit that are free, linked by their newer slot. */
  private int free = NONE;

  private long evictions;

  Stripe(int capacity, int events, int preparedUsers) {
    this(capacity, events, preparedUsers, Arena::ofShared);
  }

  /** Takes memory from other arenas, for tests. */
  Stripe(int capacity, int events, int preparedUsers, Supplier<Arena> arenas) {
    this.capacity = capacity;
    this.arenas = arenas;
    this.prepared = new PreparedStates(preparedUsers);
    this.index =
        new Long2LongHashMap((int) Math.ceil((capacity + 1) / LOAD_FACTOR), LOAD_FACTOR, NONE);
    // Last, so that a constructor that throws leaves no arena open.
    this.slots = new Slots(capacity, events, arenas);
    this.order = new UseOrder(slots);
  }

  /** {@return the number of slots; needs no lock} */
  public int capacity() {
    return capacity;
  }

  /** {@return the number of users} */
  public int size() {
    return index.size();
  }

  /** {@return the bytes of a state, 0 if there is no room for states} */
  public long stateBytes() {
    return states.stateBytes();
  }

  /** {@return the number of users who were evicted} */
  public long evictions() {
    return evictions;
  }

  /** {@return the bytes of slots, states and index} */
  public long bytes() {
    return capacity * (slots.slotBytes() + stateBytes()) + 2L * Long.BYTES * index.capacity();
  }

  /**
   * Looks for a user, which does not count as a use.
   *
   * @param user the key of the user
   * @return whether the user is in the stripe
   */
  public boolean contains(long user) {
    return index.get(user) != NONE;
  }

  /**
   * Finds a user, which counts as a use.
   *
   * @param user the key of the user
   * @return the slot, or {@link #NONE}
   */
  public int find(long user) {
    int slot = (int) index.get(user);
    if (slot != NONE) {
      order.remove(slot);
      order.add(slot);
    }
    return slot;
  }

  /**
   * Tells whether a user is still in a slot, and nothing has changed in it.
   *
   * @param user the key of the user
   * @param slot the slot
   * @param edition the edition of the slot when it was read
   * @return whether it still has that user and that edition
   */
  public boolean isUnchanged(long user, int slot, int edition) {
    return index.get(user) == slot && edition(slot) == edition;
  }

  /**
   * Adds a user who is not in the stripe. In a full stripe, the least recently used user is
   * evicted.
   *
   * @param user the key of the user
   * @return the slot, which keeps no events and no state
   */
  public int add(long user) {
    int slot = takeSlot();
    slots.begin(slot, user, 0);
    index.put(user, slot);
    order.add(slot);
    return slot;
  }

  private int takeSlot() {
    int slot;
    if (free != NONE) {
      slot = free;
      free = slots.newer(slot);
    } else if (limit < capacity) {
      slot = limit++;
    } else {
      slot = order.oldest();
      index.remove(user(slot));
      order.remove(slot);
      evictions++;
    }
    return slot;
  }

  /**
   * Puts a user in, in place of the same user, as the most recently used one. Of more events than a
   * slot keeps, the last ones are kept; a state of another size than the stripe's is dropped.
   *
   * @param source the user
   */
  public void replace(StoredUser source) {
    remove(source.user);
    int slot = takeSlot();
    fill(slot, source);
    order.add(slot);
  }

  /**
   * Puts a user of a snapshot in, as {@link #replace} does, but with the last use of the snapshot.
   * Does nothing if the stripe is full, or has the same user with a later use. After the last user,
   * {@link #sortByLastUse} brings the slots into their order.
   *
   * @param source the user
   */
  public void restore(StoredUser source) {
    int slot = (int) index.get(source.user);
    if (slot == NONE ? limit == capacity : slots.lastUse(slot) > source.lastUse) {
      return;
    }
    slot = slot == NONE ? limit++ : slot;
    fill(slot, source);
    slots.setLastUse(slot, source.lastUse);
  }

  private void fill(int slot, StoredUser source) {
    slots.write(slot, source);
    index.put(source.user, slot);
    if (source.hasState && stateBytes() == source.state.length) {
      states.store(slot, source.state);
      slots.setVersionTag(slot, source.versionTag());
    }
  }

  /** Brings the slots into the order in which their users were last used. */
  public void sortByLastUse() {
    order.sort(limit);
  }

  /**
   * Copies a user, which does not count as a use.
   *
   * @param slot the slot of the user
   * @param target receives the user, with the state if it is of the target's version
   */
  public void read(int slot, StoredUser target) {
    slots.read(slot, target);
    if (versionTag(slot) == target.versionTag() && stateBytes() == target.state.length) {
      states.load(slot, target.state);
      target.hasState = true;
    }
  }

  /**
   * Removes a user, and clears the slot, the state and the prepared sums.
   *
   * @param user the key of the user
   * @return whether the user was in the stripe
   */
  public boolean remove(long user) {
    int slot = (int) index.remove(user);
    if (slot == NONE) {
      return false;
    }
    order.remove(slot);
    slots.clear(slot);
    states.clear(slot);
    prepared.forget(slot);
    slots.setNewer(slot, free);
    free = slot;
    return true;
  }

  /**
   * Tells whether a slot is in use.
   *
   * @param slot a slot below {@link #limit}
   * @return whether it has a user
   */
  public boolean holds(int slot) {
    return slots.lastUse(slot) != 0;
  }

  /** {@return the number of slots that were ever in use, which are the first ones} */
  public int limit() {
    return limit;
  }

  /**
   * Returns the user of a slot.
   *
   * @param slot the slot
   * @return the key of the user
   */
  public long user(int slot) {
    return slots.user(slot);
  }

  /**
   * Returns the last use of a slot.
   *
   * @param slot the slot
   * @return a count of uses of the stripe
   */
  public long lastUse(int slot) {
    return slots.lastUse(slot);
  }

  /**
   * Returns the edition of a slot, which changes with the user, the events and the state.
   *
   * @param slot the slot
   * @return its edition, which no other slot has
   */
  public int edition(int slot) {
    return slots.edition(slot);
  }

  /**
   * Counts the events of a slot that are kept.
   *
   * @param slot the slot
   * @return the number of kept events
   */
  public int kept(int slot) {
    return slots.kept(slot);
  }

  /**
   * Returns the item of a kept event.
   *
   * @param slot the slot
   * @param place the place of the event, 0 for the oldest that is kept
   * @return the number of its item
   */
  public int item(int slot, int place) {
    return slots.item(slot, place);
  }

  /**
   * Appends an event.
   *
   * @param slot the slot
   * @param number the number of its item
   */
  public void append(int slot, int number) {
    slots.append(slot, number);
  }

  /**
   * Returns the version of a slot's state.
   *
   * @param slot the slot
   * @return the tag of the version, or {@link VersionTag#NONE} without a state
   */
  public long versionTag(int slot) {
    return slots.versionTag(slot);
  }

  /**
   * Copies the state of a slot, whose version the caller has compared.
   *
   * @param slot the slot
   * @param target receives the state, and is of its version
   */
  public void loadState(int slot, UserState target) {
    states.load(slot, target);
  }

  /**
   * Replaces the state of a slot.
   *
   * @param slot the slot
   * @param source the state, of the stripe's size
   * @param versionTag the tag of its version
   */
  public void storeState(int slot, UserState source, long versionTag) {
    states.store(slot, source);
    slots.setVersionTag(slot, versionTag);
  }

  /**
   * Drops the state of a slot, which its next use replays.
   *
   * @param slot the slot
   */
  public void dropState(int slot) {
    slots.setVersionTag(slot, VersionTag.NONE);
  }

  /** {@return the prepared states of some users} */
  public PreparedStates prepared() {
    return prepared;
  }

  /** Allocates memory for states of a size; needs no lock. */
  StateMemory allocateStates(long bytes) {
    return StateMemory.allocate(arenas, capacity, bytes);
  }

  /** Replaces the states, which are dropped, by memory for states of another size. */
  void useStates(StateMemory next) {
    dropStates();
    states = next;
  }

  /**
   * Makes room for states of a size; states of another size are dropped.
   *
   * @param bytes the bytes of a state
   * @throws OutOfMemoryError if there is too little memory; the stripe then has no states
   */
  public void resize(long bytes) {
    if (bytes != stateBytes()) {
      // Before the allocation, so that both never take memory at the same time.
      dropStates();
      states = allocateStates(bytes);
    }
  }

  private void dropStates() {
    for (int slot = 0; slot < limit; slot++) {
      dropState(slot);
    }
    closeStates();
  }

  private void closeStates() {
    StateMemory before = states;
    states = StateMemory.NONE;
    before.close();
  }

  @Override
  public void close() {
    slots.close();
    closeStates();
  }
}
