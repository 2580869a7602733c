package org.staccato;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.staccato.format.LoadMode;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileSlots;
import org.staccato.live.LoadedModel;
import org.staccato.live.ModelVersion;
import org.staccato.network.ModelSpecification.Task;
import org.staccato.network.Network;

/**
 * Brings versions into memory: validated, their golden samples reproduced, their code warm. All of
 * them are of the task of the first. Loads come one after the other; counts may be read by all
 * threads. Whoever creates it closes it.
 */
final class ModelLoader implements AutoCloseable {

  /** How long golden samples may keep a model from its first answer that opens cold. */
  private static final long COLD_CHECK_NANOS = 200_000_000;

  private final LoadMode mode;
  private final BiConsumer<ModelVersion, Duration> listener;
  private final WeightFileSlots slots = new WeightFileSlots();
  private final Rehearsal rehearsal = new Rehearsal();
  private final AtomicLong loaded = new AtomicLong();
  private @Nullable Task task;

  /**
   * Creates a loader that has no memory yet.
   *
   * @param mode how files come into memory
   * @param listener hears of each version that was loaded, and how long it took
   */
  ModelLoader(LoadMode mode, BiConsumer<ModelVersion, Duration> listener) {
    this.mode = mode;
    this.listener = listener;
  }

  /**
   * A version in memory.
   *
   * @param model the version, owned by the caller
   * @param warm whether its code was found to be compiled
   */
  record Loaded(LoadedModel model, boolean warm) {}

  /**
   * Loads a version.
   *
   * @param path a weight file
   * @param cold whether it is to answer at once, on the scalar backend
   * @param pace the share of a core that loading may take
   * @return the version, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file, or of another task
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read, or there is too little memory
   */
  Loaded load(Path path, boolean cold, Pace pace) throws IOException {
    try {
      return validated(path, cold, pace);
    } catch (InternalError e) {
      throw new IOException(path + ": the file became shorter while it was read", e);
    } catch (OutOfMemoryError e) {
      throw tooLittleMemory(path, e);
    }
  }

  static IOException tooLittleMemory(Path path, OutOfMemoryError e) {
    return new IOException(path + ": found too little memory to load it: " + e.getMessage(), e);
  }

  private Loaded validated(Path path, boolean cold, Pace pace) throws IOException {
    long start = System.nanoTime();
    WeightFile file =
        mode == LoadMode.MAP ? WeightFile.open(path, mode, pace) : slots.open(path, pace);
    boolean complete = false;
    try {
      Network network =
          cold ? Network.openUncheckedScalar(file, pace) : Network.openUnchecked(file, pace);
      requireSameTask(path, network.specification().task());
      ModelVersion version =
          new ModelVersion(
              loaded.get() + 1,
              file.digest(),
              path,
              file.data().byteSize(),
              Instant.now(),
              network.specification());
      LoadedModel model = new LoadedModel(version, file, network);
      long deadline = System.nanoTime() + (cold ? COLD_CHECK_NANOS : WarmUp.LIMIT_NANOS);
      // Golden samples take little time after the warm-up, and without bound before.
      boolean warm = !cold && rehearsal.warmUp(model, pace, () -> false);
      rehearsal.check(model, deadline, pace);
      loaded.incrementAndGet();
      listener.accept(version, Duration.ofNanos(System.nanoTime() - start));
      task = network.specification().task();
      complete = true;
      return new Loaded(model, warm);
    } finally {
      if (!complete) {
        file.close();
      }
    }
  }

  private void requireSameTask(Path path, Task found) throws ModelRejectedException {
    Task expected = task;
    if (expected != null && found.getClass() != expected.getClass()) {
      throw new ModelRejectedException(
          path,
          Reason.SPECIFICATION,
          "task: found a "
              + found.getClass().getSimpleName()
              + ", expected a "
              + expected.getClass().getSimpleName());
    }
  }

  /** {@return where versions are run before they are published, by one thread at a time} */
  Rehearsal rehearsal() {
    return rehearsal;
  }

  /** {@return the number of versions that were loaded} */
  long loaded() {
    return loaded.get();
  }

  /** {@return the bytes of native memory for copies, in use or not} */
  long copyBytes() {
    return slots.bytes();
  }

  /** Frees the memory for copies, as soon as their versions are closed. */
  @Override
  public void close() {
    slots.close();
  }
}
