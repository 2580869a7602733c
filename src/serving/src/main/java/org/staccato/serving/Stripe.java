package org.staccato.serving;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.agrona.collections.Long2LongHashMap;

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
 * 40  int[]  the numbers of the items of the last events, a ring that starts with event 0
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
  private static final int EVENTS = 40;

  private final int capacity;
  private final int events;
  private final long slotBytes;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment slots;
  private final Long2LongHashMap index;
  private Arena stateArena = Arena.ofShared();
  private MemorySegment states = MemorySegment.NULL;
  private long stateBytes;
  private long generation;
  private int newest = NONE;
  private int oldest = NONE;
  private int used;
  private int free = NONE;
  private long uses;
  private long evictions;

  Stripe(int capacity, int events) {
    this.capacity = capacity;
    this.events = events;
    this.slotBytes = slotBytes(events);
    this.slots = arena.allocate(capacity * slotBytes, 64);
    this.index =
        new Long2LongHashMap((int) Math.ceil((capacity + 1) / LOAD_FACTOR), LOAD_FACTOR, NONE);
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

  /** The slot of a user, made if there is none, at the expense of the least recently used. */
  int findOrAdd(long user) {
    int slot = find(user);
    if (slot != NONE) {
      return slot;
    }
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
    slots.asSlice(at(slot), slotBytes).fill((byte) 0);
    slots.set(LONG, at(slot) + USER, user);
    index.put(user, slot);
    linkNewest(slot);
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
    slots.asSlice(at(slot), slotBytes).fill((byte) 0);
    slots.set(LONG, at(slot) + USER, user);
    slots.set(LONG, at(slot) + LAST_USE, lastUse);
    slots.set(LONG, at(slot) + TOTAL, total);
    index.put(user, slot);
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
    slots.asSlice(at(slot), slotBytes).fill((byte) 0);
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

  /** How many events there were in all; it changes with each. */
  long total(int slot) {
    return slots.get(LONG, at(slot) + TOTAL);
  }

  /** How many events are kept. */
  int kept(int slot) {
    return (int) Math.min(events, total(slot));
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

  void setVersion(int slot, long version) {
    slots.set(LONG, at(slot) + VERSION, version);
  }

  /**
   * Makes room for states of a size, unless a later version has made room for another. States of
   * another size are forgotten.
   *
   * @return whether there is room for states of that size
   */
  @SuppressWarnings("MustBeClosedChecker") // The stripe owns the arena.
  boolean resize(long bytes, long forGeneration) {
    if (bytes != stateBytes && forGeneration >= generation) {
      for (int slot = 0; slot < used; slot++) {
        setVersion(slot, 0);
      }
      stateArena.close();
      stateBytes = 0;
      stateArena = Arena.ofShared();
      states = stateArena.allocate(capacity * bytes, 64);
      stateBytes = bytes;
    }
    generation = Math.max(generation, forGeneration);
    return bytes == stateBytes;
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
    stateArena.close();
  }
}
