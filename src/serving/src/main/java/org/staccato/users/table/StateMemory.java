package org.staccato.users.table;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.staccato.UserState;

/**
 * Memory for the states of all slots of a stripe, apart from the slots since the size of a state
 * depends on the version. Owned by the stripe that uses it.
 *
 * @param arena owns the memory
 * @param memory holds the states
 * @param stateBytes the bytes of a state, a multiple of 64
 */
record StateMemory(Arena arena, MemorySegment memory, long stateBytes) implements AutoCloseable {

  /** No room for states. */
  static final StateMemory NONE = new StateMemory(Arena.global(), MemorySegment.NULL, 0);

  /** A cache line, and a vector of 512 bits. */
  private static final int ALIGNMENT = 64;

  /** Allocates memory for as many states as a stripe has slots. */
  static StateMemory allocate(Supplier<Arena> arenas, int capacity, long stateBytes) {
    Arena arena = arenas.get();
    return new StateMemory(arena, allocate(arena, capacity * stateBytes), stateBytes);
  }

  /** Allocates aligned memory, or closes the arena. */
  static MemorySegment allocate(Arena arena, long bytes) {
    boolean complete = false;
    try {
      MemorySegment memory = arena.allocate(bytes, ALIGNMENT);
      complete = true;
      return memory;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  private long at(int slot) {
    return slot * stateBytes;
  }

  void load(int slot, UserState target) {
    target.copyFrom(memory, at(slot));
  }

  void store(int slot, UserState source) {
    source.copyTo(memory, at(slot));
  }

  void load(int slot, byte[] target) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at(slot), target, 0, target.length);
  }

  void store(int slot, byte[] source) {
    MemorySegment.copy(source, 0, memory, ValueLayout.JAVA_BYTE, at(slot), source.length);
  }

  void clear(int slot) {
    memory.asSlice(at(slot), stateBytes).fill((byte) 0);
  }

  @Override
  public void close() {
    if (stateBytes > 0) {
      arena.close();
    }
  }
}
