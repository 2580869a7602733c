package org.staccato.format;

import java.io.IOException;
import java.nio.file.Path;
import org.staccato.memory.FileSlots;

/**
 * Native memory that weight files use one after the other, for programs that open one version after
 * the other under load: closing a file stops no thread. Thread-safe. The creator of the slots
 * closes them.
 */
public final class WeightFileSlots implements AutoCloseable {
  private final FileSlots slots = new FileSlots();

  /** Creates slots without memory; it is allocated when files are opened. */
  public WeightFileSlots() {}

  /**
   * Copies a weight file into a slot and checks it as {@link WeightFile#open(Path)} does.
   *
   * @param path a weight file
   * @param pace called between slices of work, pauses to keep to a share of a core
   * @return the open file, owned by the caller; do not read its data after it is closed, since
   *     another file overwrites them
   * @throws ModelRejectedException if the file is not a valid weight file
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if the slots are closed
   */
  public WeightFile open(Path path, Pace pace) throws IOException {
    return WeightFile.open(path, pace, file -> slots.copy(file, pace::pause));
  }

  /** {@return the bytes of native memory, in use or not} */
  public long bytes() {
    return slots.bytes();
  }

  /** Frees the memory as soon as its files are closed; a second call does nothing. */
  @Override
  public void close() {
    slots.close();
  }
}
