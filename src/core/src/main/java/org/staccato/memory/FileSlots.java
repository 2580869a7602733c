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
 * Native memory that copies of files take turns in. Nothing is mapped, unmapped, allocated or freed
 * when one file follows another of about its size, so that no thread is stopped and no page faults.
 *
 * <p>There are as many slots as files are open at the same time. A slot that is too small for a
 * file is replaced by one with room to grow. Thread-safe. The creator of the slots closes them.
 */
public final class FileSlots implements AutoCloseable {

  /** A new slot has room for a file that is longer by one in so many bytes. */
  private static final int SPARE = 8;

  private final Allocation allocation;
  private final List<Slot> free = new ArrayList<>();
  private long bytes;
  private boolean closed;

  private record Slot(Arena arena, MemorySegment segment) {}

  /** Allocates memory for a file of so many bytes. */
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
   * @param pause is called between slices of work of some tens of microseconds; to allocate a slot,
   *     which all files of about its size use again, is one slice, however large it is
   * @return the copy, owned by the caller, whose closing makes the slot free; the caller must see
   *     to it that nobody reads it any more
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read, becomes shorter meanwhile, or there is not so much
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
      // Not before: to close the channel may fail as well.
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
    // Zeroing gigabytes takes its time, so nobody waits for it.
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

  /** Takes a slot that is large enough; if none is, one of those that are not is released. */
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
   * Frees the slots that are free, and the others once their files are closed; a second call does
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
        // The others are freed all the same.
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
