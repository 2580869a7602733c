package org.staccato.users.table;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Supplier;

/**
 * The slots of a stripe, one for each user, in native memory. Guarded by the monitor of the stripe.
 *
 * <p>This class alone knows the form of a slot, little-endian:
 *
 * <pre>
 *  0  long   user
 *  8  long   tag of the version that the state is of, 0 without a state
 * 16  long   last use, a count of uses of the stripe, 0 without a user
 * 24  long   number of events in all
 * 32  int    slot of the user who was used next after this one, or -1
 * 36  int    slot of the user who was used last before this one, or -1
 * 40  int    number of events that are kept
 * 44  int    edition, which no other slot of the stripe has and which every change replaces
 * 48  int[]  numbers of the items of the last events, a ring in which event n is at n % events
 * </pre>
 *
 * A slot keeps fewer events than the lesser of all and of its room after an import or a restore, so
 * the number that is kept has a field of its own.
 */
final class Slots implements AutoCloseable {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int USER = 0;
  private static final int VERSION_TAG = 8;
  private static final int LAST_USE = 16;
  private static final int TOTAL = 24;
  private static final int NEWER = 32;
  private static final int OLDER = 36;
  private static final int KEPT = 40;
  private static final int EDITION = 44;
  private static final int EVENTS = 48;

  private final int events;
  private final long slotBytes;
  private final Arena arena;
  private final MemorySegment memory;
  private int changes;

  Slots(int capacity, int events, Supplier<Arena> arenas) {
    this.events = events;
    this.slotBytes = (EVENTS + (long) events * Integer.BYTES + 7) & -8;
    this.arena = arenas.get();
    this.memory = StateMemory.allocate(arena, capacity * slotBytes);
  }

  /** Returns the bytes of a slot. */
  long slotBytes() {
    return slotBytes;
  }

  /** Gives a slot to a user, without kept events and a state. */
  void begin(int slot, long user, long total) {
    clear(slot);
    memory.set(LONG, at(slot) + USER, user);
    memory.set(LONG, at(slot) + TOTAL, total);
    noteChange(slot);
  }

  void clear(int slot) {
    memory.asSlice(at(slot), slotBytes).fill((byte) 0);
  }

  long user(int slot) {
    return memory.get(LONG, at(slot) + USER);
  }

  long versionTag(int slot) {
    return memory.get(LONG, at(slot) + VERSION_TAG);
  }

  void setVersionTag(int slot, long tag) {
    memory.set(LONG, at(slot) + VERSION_TAG, tag);
    noteChange(slot);
  }

  long lastUse(int slot) {
    return memory.get(LONG, at(slot) + LAST_USE);
  }

  void setLastUse(int slot, long use) {
    memory.set(LONG, at(slot) + LAST_USE, use);
  }

  int newer(int slot) {
    return memory.get(INT, at(slot) + NEWER);
  }

  void setNewer(int slot, int newer) {
    memory.set(INT, at(slot) + NEWER, newer);
  }

  int older(int slot) {
    return memory.get(INT, at(slot) + OLDER);
  }

  void setOlder(int slot, int older) {
    memory.set(INT, at(slot) + OLDER, older);
  }

  int edition(int slot) {
    return memory.get(INT, at(slot) + EDITION);
  }

  private void noteChange(int slot) {
    memory.set(INT, at(slot) + EDITION, ++changes);
  }

  long total(int slot) {
    return memory.get(LONG, at(slot) + TOTAL);
  }

  int kept(int slot) {
    return memory.get(INT, at(slot) + KEPT);
  }

  /** Returns the number of the item of a kept event, 0 for the oldest. */
  int item(int slot, int place) {
    long first = total(slot) - kept(slot);
    return memory.get(INT, at(slot) + EVENTS + (first + place) % events * Integer.BYTES);
  }

  void append(int slot, int number) {
    long total = total(slot);
    memory.set(INT, at(slot) + EVENTS + total % events * Integer.BYTES, number);
    memory.set(LONG, at(slot) + TOTAL, total + 1);
    memory.set(INT, at(slot) + KEPT, Math.min(events, kept(slot) + 1));
    noteChange(slot);
  }

  /** Copies everything but the state. */
  void read(int slot, StoredUser target) {
    target.begin(user(slot), total(slot));
    target.lastUse = lastUse(slot);
    int kept = kept(slot);
    for (int place = 0; place < kept; place++) {
      target.append(item(slot, place));
    }
  }

  /** Gives a slot to a user with the last of their events, without a last use and a state. */
  void write(int slot, StoredUser source) {
    int first = Math.max(0, source.kept - events);
    begin(slot, source.user, source.total - (source.kept - first));
    for (int place = first; place < source.kept; place++) {
      append(slot, source.items[place]);
    }
  }

  private long at(int slot) {
    return slot * slotBytes;
  }

  @Override
  public void close() {
    arena.close();
  }
}
