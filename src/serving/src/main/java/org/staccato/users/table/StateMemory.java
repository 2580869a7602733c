package org.staccato.users.table;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * Memory for the states of all slots of a stripe, apart from the slots since the size of a state
 * depends on the version. Owned by the stripe that uses it.
 *
 * @param arena owns the memory
 * @param memory holds the states
 * @param stateBytes the bytes of a state, a multiple of 64
 */
record StateMemory(Arena arena, MemorySegment memory, long stateBytes) implements AutoCloseable {

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

  /** Returns the offset of a slot's state. */
  long offset(int slot) {
    return slot * stateBytes;
  }

  void clear(int slot) {
    memory.asSlice(offset(slot), stateBytes).fill((byte) 0);
  }

  @Override
  public void close() {
    arena.close();
  }
}
