package org.staccato.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A whole file, mapped read-only; the segment is page-aligned and may exceed 2 GiB.
 *
 * <p>Whoever opens a mapping owns it and closes it. All threads may read it; after {@link #close}
 * every access throws {@link IllegalStateException}. The file must not be shortened while it is
 * mapped: replace it by renaming another over it, which leaves the mapped one alone.
 */
public final class FileMapping implements AutoCloseable {
  private static volatile @Nullable Class<?> segmentClass;

  private final Arena arena;
  private final MemorySegment segment;

  private FileMapping(Arena arena, MemorySegment segment) {
    this.arena = arena;
    this.segment = segment;
  }

  /**
   * Maps a file.
   *
   * @param file a regular file, which may be empty
   * @return its mapping, owned by the caller
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read or mapped
   */
  @SuppressWarnings("MustBeClosedChecker") // The mapping that is returned owns the arena.
  public static FileMapping open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment segment = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      segmentClass = segment.getClass();
      return new FileMapping(arena, segment);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Returns the class of all segments of mapped files. Code that must be compiled well compares
   * with it, see {@code VectorKernels}.
   *
   * @return the class
   * @throws IllegalStateException if no file has been mapped yet
   */
  public static Class<?> segmentClass() {
    Class<?> mapped = segmentClass;
    if (mapped == null) {
      throw new IllegalStateException("no file has been mapped yet");
    }
    return mapped;
  }

  /** {@return the bytes of the file, valid until this mapping is closed} */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Unmaps the file; a second call does nothing. This stops all threads for a moment.
   *
   * @throws IllegalStateException if a thread is inside an operation on the segment that pins it,
   *     such as a read into a channel; the mapping then stays open
   */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
