package org.staccato.format;

import java.io.IOException;
import java.nio.file.Path;
import org.staccato.memory.FileSlots;

/**
 * Native memory in which weight files take turns, for those who open one version after the other
 * under load: closing one stops no thread. Thread-safe. The creator of the slots closes them.
 */
public final class WeightFileSlots implements AutoCloseable {
  private final FileSlots slots = new FileSlots();

  /** Creates slots without memory; it is allocated when files are opened. */
  public WeightFileSlots() {}

  /**
   * Copies a weight file into a slot and checks it as {@link WeightFile#open(Path)} does.
   *
   * @param path a weight file
   * @param pace what to call between slices of work
   * @return the open file, owned by the caller; its data is overwritten some time after it is
   *     closed, and must not be read any more
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

  /** Frees the memory, as soon as the files in it are closed; a second call does nothing. */
  @Override
  public void close() {
    slots.close();
  }
}
