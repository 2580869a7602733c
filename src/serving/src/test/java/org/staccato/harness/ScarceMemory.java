package org.staccato.harness;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Arenas that run out of memory after some allocations. */
public final class ScarceMemory {
  private final List<Arena> arenas = new ArrayList<>();
  private int left;

  public ScarceMemory(int allocations) {
    this.left = allocations;
  }

  /** Lets further allocations succeed. */
  public void allow(int allocations) {
    left = allocations;
  }

  @SuppressWarnings("MustBeClosedChecker") // The test looks whether it is closed.
  public Arena next() {
    Arena arena = Arena.ofShared();
    arenas.add(arena);
    return new Arena() {
      @Override
      public MemorySegment allocate(long bytes, long alignment) {
        if (left-- <= 0) {
          throw new OutOfMemoryError("no memory left");
        }
        return arena.allocate(bytes, alignment);
      }

      @Override
      public MemorySegment.Scope scope() {
        return arena.scope();
      }

      @Override
      public void close() {
        arena.close();
      }
    };
  }

  public int arenas() {
    return arenas.size();
  }

  /** Counts the arenas that are not closed. */
  public long open() {
    return arenas.stream().filter(arena -> arena.scope().isAlive()).count();
  }
}
