package org.staccato.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that copies of files use one after the other. When a file follows another of about
 * its size, no memory is mapped, unmapped, allocated or freed, so that no thread stops and no page
 * faults occur.
 *
 * <p>There are as many slots as files are open at the same time. A slot that is too small for a
 * file is replaced by one with room to grow. Thread-safe. The creator of the slots closes them.
 */
public final class FileSlots implements AutoCloseable {

  /** The divisor of the spare room: a new slot has room for a file that is longer by an eighth. */
  private static final int SPARE = 8;

  private final Allocation allocation;
  private final List<Slot> free = new ArrayList<>();
  private long bytes;
  private boolean closed;

  private record Slot(Arena arena, MemorySegment segment) {}

  /** Allocates memory for a file of a number of bytes. */
  interface Allocation {
    MemorySegment allocate(Path file, Arena arena, long size) throws IOException;
  }

  /** Creates slots without memory. */
  public FileSlots() {
    this(FileMemory::allocate);
  }

  FileSlots(Allocation allocation) {
    this.allocation = allocation;
  }

  /**
   * Copies a file into a slot.
   *
   * @param file a regular file, which may be empty
   * @param pause called between slices of work of some tens of microseconds; the allocation of a
   *     slot, which later files of about its size reuse, is one slice, even if the slot is large
   * @return the copy, owned by the caller; closing it frees the slot, and no thread may read the
   *     copy afterwards
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read, becomes shorter meanwhile, or there is too little
   *     native memory
   * @throws IllegalStateException if the slots are closed
   */
  public FileMemory copy(Path file, Runnable pause) throws IOException {
    Slot taken = null;
    boolean complete = false;
    try {
      FileMemory copy;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        long size = channel.size();
        Slot slot = take(file, size);
        taken = slot;
        MemorySegment target = slot.segment.asSlice(0, size);
        FileMemory.read(channel, target, pause);
        copy = new FileMemory(target.asReadOnly(), () -> putBack(slot));
      }
      // Set only here, since closing the channel may fail too.
      complete = true;
      return copy;
    } finally {
      if (taken != null && !complete) {
        putBack(taken);
      }
    }
  }

  private Slot take(Path file, long size) throws IOException {
    Slot slot = takeFree(size);
    if (slot != null) {
      return slot;
    }
    // Allocates without the lock, since zeroing gigabytes is slow.
    long wanted = OffHeap.align(size + size / SPARE);
    count(wanted);
    boolean allocated = false;
    try {
      Slot fresh = allocate(file, wanted);
      allocated = true;
      return fresh;
    } finally {
      if (!allocated) {
        count(-wanted);
      }
    }
  }

  /** Takes a free slot that is large enough; if there is none, releases one that is too small. */
  private synchronized @Nullable Slot takeFree(long size) {
    if (closed) {
      throw new IllegalStateException("the slots are closed");
    }
    for (Slot slot : free) {
      if (slot.segment.byteSize() >= size) {
        free.remove(slot);
        return slot;
      }
    }
    if (!free.isEmpty()) {
      release(free.removeFirst());
    }
    return null;
  }

  private synchronized void count(long more) {
    bytes += more;
  }

  @SuppressWarnings("MustBeClosedChecker") // The slot owns the arena.
  private Slot allocate(Path file, long size) throws IOException {
    Arena arena = Arena.ofShared();
    boolean allocated = false;
    try {
      Slot slot = new Slot(arena, allocation.allocate(file, arena, size));
      allocated = true;
      return slot;
    } finally {
      if (!allocated) {
        arena.close();
      }
    }
  }

  private synchronized void putBack(Slot slot) {
    if (closed) {
      release(slot);
    } else {
      free.add(slot);
    }
  }

  private void release(Slot slot) {
    bytes -= slot.segment.byteSize();
    slot.arena.close();
  }

  /** {@return the bytes of all slots, free or not, and of one that is being allocated} */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * Frees the free slots at once, and the others when their files are closed; a second call does
   * nothing.
   */
  @Override
  public synchronized void close() {
    closed = true;
    RuntimeException failure = null;
    for (Slot slot : free) {
      try {
        release(slot);
      } catch (RuntimeException e) {
        // Frees the other slots in any case.
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    free.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
