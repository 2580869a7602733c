package org.staccato.serving;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A part of the users: their slots, the index that finds them, and the order in which they were
 * last used. Guarded by its own monitor, which every caller holds.
 *
 * <p>A slot, little-endian:
 *
 * <pre>
 *  0  long   user
 *  8  long   version of the state, 0 if there is no state
 * 16  long   when the user was last used, a count of uses of this stripe
 * 24  long   how many events there were in all
 * 32  int    slot of the user who was used next after this one, or -1
 * 36  int    slot of the user who was used last before this one, or -1
 * 40  int    how many events are kept
 * 44  int    a number that no other slot of the stripe has, and another after each change
 * 48  int[]  the numbers of the items of the last events, a ring that starts with event 0
 * </pre>
 *
 * The states lie in a segment of their own, since their size is the version's.
 */
final class Stripe implements AutoCloseable {
  static final int NONE = -1;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final float LOAD_FACTOR = 0.65f;
  private static final int USER = 0;
  private static final int VERSION = 8;
  private static final int LAST_USE = 16;
  private static final int TOTAL = 24;
  private static final int NEWER = 32;
  private static final int OLDER = 36;
  private static final int KEPT = 40;
  private static final int EDITION = 44;
  private static final int EVENTS = 48;

  private final int capacity;
  private final int events;
  private final long slotBytes;
  private final Supplier<Arena> arenas;
  private final Arena arena;
  private final MemorySegment slots;
  private final Long2LongHashMap index;
  private final PreparedStates prepared;
  private @Nullable Arena stateArena;
  private MemorySegment states = MemorySegment.NULL;
  private long stateBytes;
  private int newest = NONE;
  private int oldest = NONE;
  private int used;
  private int free = NONE;
  private long uses;
  private int changes;
  private long evictions;

  Stripe(int capacity, int events, int preparedUsers) {
    this(capacity, events, preparedUsers, Arena::ofShared);
  }

  /** The same with memory from elsewhere, for tests. */
  Stripe(int capacity, int events, int preparedUsers, Supplier<Arena> arenas) {
    this.capacity = capacity;
    this.events = events;
    this.slotBytes = slotBytes(events);
    this.prepared = new PreparedStates(preparedUsers);
    this.index =
        new Long2LongHashMap((int) Math.ceil((capacity + 1) / LOAD_FACTOR), LOAD_FACTOR, NONE);
    // The last that may fail: a constructor that throws leaves no arena open.
    this.arenas = arenas;
    this.arena = arenas.get();
    this.slots = allocate(arena, capacity * slotBytes);
  }

  private static MemorySegment allocate(Arena arena, long bytes) {
    boolean complete = false;
    try {
      MemorySegment memory = arena.allocate(bytes, 64);
      complete = true;
      return memory;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  static long slotBytes(int events) {
    return (EVENTS + (long) events * Integer.BYTES + 7) & -8;
  }

  int capacity() {
    return capacity;
  }

  int size() {
    return index.size();
  }

  long stateBytes() {
    return stateBytes;
  }

  long evictions() {
    return evictions;
  }

  /** The bytes of slots, states and index. */
  long bytes() {
    return capacity * (slotBytes + stateBytes) + 2L * Long.BYTES * index.capacity();
  }

  boolean contains(long user) {
    return index.get(user) != NONE;
  }

  /** The slot of a user, who counts as used, or none. */
  int find(long user) {
    int slot = (int) index.get(user);
    if (slot != NONE) {
      unlink(slot);
      linkNewest(slot);
    }
    return slot;
  }

  /** Whether a user is still in the slot, and nothing has changed since its edition was read. */
  boolean isUnchanged(long user, int slot, int edition) {
    return index.get(user) == slot && edition(slot) == edition;
  }

  /** Makes a slot for a user who has none, at the expense of the least recently used. */
  int add(long user) {
    int slot;
    if (free != NONE) {
      slot = free;
      free = slots.get(INT, at(slot) + NEWER);
    } else if (used < capacity) {
      slot = used++;
    } else {
      slot = oldest;
      index.remove(user(slot));
      unlink(slot);
      evictions++;
    }
    begin(slot, user, 0);
    linkNewest(slot);
    return slot;
  }

  private void begin(int slot, long user, long total) {
    slots.asSlice(at(slot), slotBytes).fill((byte) 0);
    slots.set(LONG, at(slot) + USER, user);
    slots.set(LONG, at(slot) + TOTAL, total);
    noteChange(slot);
    index.put(user, slot);
  }

  /** Removes a user, and adds them with so many events, none of which is kept. */
  int replace(long user, long total) {
    remove(user);
    int slot = add(user);
    slots.set(LONG, at(slot) + TOTAL, total);
    return slot;
  }

  /**
   * Adds a user of a snapshot, to whom events are then appended. Slots are not in order before
   * {@link #sortByLastUse}.
   *
   * @return the slot, or none if the same user of a later use is there, or the stripe is full
   */
  int restore(long user, long lastUse, long total) {
    int slot = (int) index.get(user);
    if (slot == NONE ? used == capacity : lastUse(slot) > lastUse) {
      return NONE;
    }
    slot = slot == NONE ? used++ : slot;
    begin(slot, user, total);
    slots.set(LONG, at(slot) + LAST_USE, lastUse);
    return slot;
  }

  /** Puts the slots in the order in which their users were last used. */
  void sortByLastUse() {
    int[] order =
        IntStream.range(0, used)
            .boxed()
            .sorted(Comparator.comparingLong(this::lastUse))
            .mapToInt(Integer::intValue)
            .toArray();
    newest = NONE;
    oldest = NONE;
    for (int slot : order) {
      linkNewest(slot);
    }
  }

  boolean remove(long user) {
    int slot = (int) index.remove(user);
    if (slot == NONE) {
      return false;
    }
    unlink(slot);
    // Who is forgotten leaves nothing behind.
    slots.asSlice(at(slot), slotBytes).fill((byte) 0);
    states.asSlice(stateOffset(slot), stateBytes).fill((byte) 0);
    prepared.forget(slot);
    slots.set(INT, at(slot) + NEWER, free);
    free = slot;
    return true;
  }

  /** Whether a slot below {@link #limit} holds a user. */
  boolean holds(int slot) {
    return lastUse(slot) != 0;
  }

  /** All users are in slots below. */
  int limit() {
    return used;
  }

  long user(int slot) {
    return slots.get(LONG, at(slot) + USER);
  }

  long lastUse(int slot) {
    return slots.get(LONG, at(slot) + LAST_USE);
  }

  /** Which of all changes in this stripe was the last to the slot. */
  int edition(int slot) {
    return slots.get(INT, at(slot) + EDITION);
  }

  private void noteChange(int slot) {
    slots.set(INT, at(slot) + EDITION, ++changes);
  }

  /** How many events there were in all. */
  long total(int slot) {
    return slots.get(LONG, at(slot) + TOTAL);
  }

  /** How many events are kept. */
  int kept(int slot) {
    return slots.get(INT, at(slot) + KEPT);
  }

  /** The number of the item of a kept event, 0 for the oldest. */
  int event(int slot, int place) {
    long first = total(slot) - kept(slot);
    return slots.get(INT, at(slot) + EVENTS + (first + place) % events * Integer.BYTES);
  }

  void append(int slot, int number) {
    long total = total(slot);
    slots.set(INT, at(slot) + EVENTS + total % events * Integer.BYTES, number);
    slots.set(LONG, at(slot) + TOTAL, total + 1);
    slots.set(INT, at(slot) + KEPT, Math.min(events, kept(slot) + 1));
    noteChange(slot);
  }

  /** The version of the state, or 0. */
  long version(int slot) {
    return slots.get(LONG, at(slot) + VERSION);
  }

  /** Where the state lies in {@link #states}. */
  long stateOffset(int slot) {
    return slot * stateBytes;
  }

  /** The states, of the size that {@link #resize} has set. */
  MemorySegment states() {
    return states;
  }

  /** Notes which version the state is of, after the state was written. */
  void setVersion(int slot, long version) {
    slots.set(LONG, at(slot) + VERSION, version);
    noteChange(slot);
  }

  /** The states of hot users with what was computed ahead. */
  PreparedStates prepared() {
    return prepared;
  }

  /** Memory for the states of all slots, to become a stripe's by {@link #useStates}. */
  record States(Arena arena, MemorySegment memory, long bytes) {}

  /** Allocates memory for states of a size, with or without the lock. */
  States allocateStates(long bytes) {
    Arena next = arenas.get();
    return new States(next, allocate(next, capacity * bytes), bytes);
  }

  /** Replaces the states, which are forgotten, by memory for states of another size. */
  void useStates(States next) {
    forgetStates();
    stateArena = next.arena;
    states = next.memory;
    stateBytes = next.bytes;
  }

  /** Makes room for states of a size; those of another size are forgotten. */
  void resize(long bytes) {
    if (bytes != stateBytes) {
      // First, so that both never take memory at the same time.
      forgetStates();
      useStates(allocateStates(bytes));
    }
  }

  private void forgetStates() {
    for (int slot = 0; slot < used; slot++) {
      setVersion(slot, 0);
    }
    closeStates();
  }

  private void closeStates() {
    Arena before = stateArena;
    stateArena = null;
    states = MemorySegment.NULL;
    stateBytes = 0;
    if (before != null) {
      before.close();
    }
  }

  private void linkNewest(int slot) {
    slots.set(LONG, at(slot) + LAST_USE, ++uses);
    slots.set(INT, at(slot) + NEWER, NONE);
    slots.set(INT, at(slot) + OLDER, newest);
    if (newest == NONE) {
      oldest = slot;
    } else {
      slots.set(INT, at(newest) + NEWER, slot);
    }
    newest = slot;
  }

  private void unlink(int slot) {
    int newer = slots.get(INT, at(slot) + NEWER);
    int older = slots.get(INT, at(slot) + OLDER);
    if (newer == NONE) {
      newest = older;
    } else {
      slots.set(INT, at(newer) + OLDER, older);
    }
    if (older == NONE) {
      oldest = newer;
    } else {
      slots.set(INT, at(older) + NEWER, newer);
    }
  }

  private long at(int slot) {
    return slot * slotBytes;
  }

  @Override
  public void close() {
    arena.close();
    closeStates();
  }
}
