package org.staccato.memory;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A whole file in memory, read-only and 64-byte aligned, mapped or copied; it may exceed 2 GiB.
 *
 * <p>The opener owns it and closes it. All threads may read it; after {@link #close} every access
 * throws {@link IllegalStateException}, except for memory of {@link FileSlots}, which stays valid
 * and holds another file later. A mapped file must not be shortened while it is mapped: replace it
 * by renaming another file over it, which does not change the mapped one. A copied file may be
 * changed at any time.
 */
public final class FileMemory implements AutoCloseable {
  /** The bytes that are read at a time: some ten microseconds of a core. */
  private static final int CHUNK = 1 << 16;

  private final MemorySegment segment;
  private final Runnable release;
  private boolean closed;

  FileMemory(MemorySegment segment, Runnable release) {
    this.segment = segment;
    this.release = release;
  }

  /**
   * Maps a file.
   *
   * @param file a regular file, which may be empty
   * @return its mapping, owned by the caller
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read or mapped
   */
  public static FileMemory map(Path file) throws IOException {
    return open(file, (channel, arena) -> channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
  }

  /** Maps or copies the bytes of a file into an arena. */
  private interface Loader {
    MemorySegment load(FileChannel channel, Arena arena) throws IOException;
  }

  @SuppressWarnings("MustBeClosedChecker") // The memory that is returned owns the arena.
  private static FileMemory open(Path file, Loader loader) throws IOException {
    Arena arena = Arena.ofShared();
    boolean loaded = false;
    try {
      MemorySegment segment;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        segment = loader.load(channel, arena);
      }
      // Set only here, since closing the channel may fail too.
      loaded = true;
      return new FileMemory(segment, arena::close);
    } finally {
      if (!loaded) {
        arena.close();
      }
    }
  }

  /** Allocates memory for a file; too little memory fails only the load of this file. */
  static MemorySegment allocate(Path file, Arena arena, long size) throws IOException {
    try {
      return arena.allocate(size, OffHeap.ALIGNMENT);
    } catch (OutOfMemoryError e) {
      throw new IOException(
          file + ": found too little native memory, expected " + size + " bytes", e);
    }
  }

  /** Fills memory with the start of a file, and pauses between chunks. */
  static void read(FileChannel channel, MemorySegment target, Runnable pause) throws IOException {
    long size = target.byteSize();
    long position = 0;
    while (position < size) {
      ByteBuffer chunk = target.asSlice(position, Math.min(CHUNK, size - position)).asByteBuffer();
      int count = channel.read(chunk, position);
      if (count < 0) {
        throw new EOFException(
            "the file became shorter while it was read: found "
                + position
                + " bytes, expected "
                + size);
      }
      position += count;
      pause.run();
    }
  }

  /** {@return the bytes of the file, valid until this memory is closed} */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Unmaps or frees the memory, or returns it to the {@link FileSlots} that lent it; a second call
   * does nothing. Unmapping and freeing stop all threads for a moment, and a thread that reads
   * memory at that moment continues in the interpreter; returning the memory stops no thread.
   *
   * @throws IllegalStateException if a thread is inside an operation on the segment that pins it,
   *     such as a read into a channel; the memory then stays open
   */
  @Override
  public synchronized void close() {
    if (!closed) {
      release.run();
      closed = true;
    }
  }
}
