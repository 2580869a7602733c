package org.staccato.swap;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileSlots;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Ranking;
import org.staccato.network.GoldenScratch;
import org.staccato.network.Network;

/**
 * Loads versions into memory: validates each, reproduces its golden samples and warms its code up.
 * All versions have the task of the first one. Loads run one after the other; all threads may read
 * the counts. The creator of the loader closes it.
 */
public final class ModelLoader implements AutoCloseable {

  /** The longest time that golden samples may delay the first answer of a model that opens cold. */
  private static final long COLD_CHECK_NANOS = 200_000_000;

  private final LoadMode mode;
  private final BiConsumer<ModelVersion, Duration> listener;
  private final WeightFileSlots slots = new WeightFileSlots();
  private final WarmUp warmUp;
  private final GoldenScratch golden = new GoldenScratch();
  private final AtomicLong loaded = new AtomicLong();
  private @Nullable String task;

  /**
   * Creates a loader that has no memory yet.
   *
   * @param mode maps or copies files
   * @param warmUp runs versions before they are published
   * @param listener receives each version that was loaded, and the time of its load
   */
  public ModelLoader(LoadMode mode, WarmUp warmUp, BiConsumer<ModelVersion, Duration> listener) {
    this.mode = mode;
    this.warmUp = warmUp;
    this.listener = listener;
  }

  /**
   * A version in memory.
   *
   * @param model the version, owned by the caller
   * @param warm whether its code was found to be compiled
   */
  public record Loaded(LoadedModel model, boolean warm) {}

  /**
   * Loads a version.
   *
   * @param path a weight file
   * @param cold whether the version answers at once, on the scalar backend
   * @param pace the share of a core that loading may take
   * @return the version, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file, or of another task
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read, or there is too little memory
   */
  public Loaded load(Path path, boolean cold, Pace pace) throws IOException {
    try {
      return validated(path, cold, pace);
    } catch (InternalError e) {
      throw new IOException(path + ": the file became shorter while it was read", e);
    } catch (OutOfMemoryError e) {
      throw tooLittleMemory(path, e);
    }
  }

  /**
   * Turns an error into an exception, because only this version has failed.
   *
   * @param path the weight file
   * @param e the error
   * @return the exception to throw instead
   */
  public static IOException tooLittleMemory(Path path, OutOfMemoryError e) {
    return new IOException(path + ": found too little memory to load it: " + e.getMessage(), e);
  }

  private Loaded validated(Path path, boolean cold, Pace pace) throws IOException {
    long start = System.nanoTime();
    WeightFile file = mode == LoadMode.MAP ? WeightFile.open(path, pace) : slots.open(path, pace);
    boolean complete = false;
    try {
      Network network =
          cold ? Network.openUncheckedScalar(file, pace) : Network.openUnchecked(file, pace);
      requireSameTask(path, taskOf(network.specification()));
      ModelVersion version =
          new ModelVersion(
              loaded.get() + 1,
              file.digest(),
              path,
              file.data().byteSize(),
              Instant.now(),
              network.specification(),
              file.metadata());
      LoadedModel model = new LoadedModel(version, file, network);
      long deadline = System.nanoTime() + (cold ? COLD_CHECK_NANOS : WarmUp.LIMIT_NANOS);
      // Golden samples take little time after the warm-up; before it their time has no bound.
      boolean warm = !cold && warmUp.run(model, pace, () -> false);
      network.check(file, golden, deadline, pace);
      loaded.incrementAndGet();
      listener.accept(version, Duration.ofNanos(System.nanoTime() - start));
      task = taskOf(network.specification());
      complete = true;
      return new Loaded(model, warm);
    } finally {
      if (!complete) {
        file.close();
      }
    }
  }

  /**
   * Checks the task: only versions of one task can replace each other, since they take the same
   * input and give the same kind of answer.
   */
  private void requireSameTask(Path path, String found) throws ModelRejectedException {
    String expected = task;
    if (expected != null && !expected.equals(found)) {
      throw new ModelRejectedException(
          path, Reason.SPECIFICATION, "task: found " + found + ", expected " + expected);
    }
  }

  private static String taskOf(ModelSpecification specification) {
    return Stream.concat(
            Stream.of((Record) specification.input()),
            specification.heads().stream()
                .filter(head -> !(head instanceof NeighbourMemory))
                .map(Record.class::cast))
        .map(ModelLoader::words)
        .sorted()
        .collect(Collectors.joining(" and "));
  }

  /** Names a part; scores with another link are answers to another question. */
  private static String words(Record part) {
    String kind = part.getClass().getSimpleName();
    return part instanceof Ranking ranking && ranking.link() != Link.NONE
        ? kind + " with the link " + ranking.link()
        : kind;
  }

  /**
   * Runs a version on the configured backend until its code is compiled, and checks its golden
   * samples there, since the version may have been loaded on another backend.
   *
   * @param model the version, still owned by the caller
   * @param cancelled whether to give up
   * @return whether the code is compiled
   * @throws ModelRejectedException if its golden samples are not reproduced
   */
  public boolean warmUp(LoadedModel model, BooleanSupplier cancelled)
      throws ModelRejectedException {
    boolean warm = warmUp.run(model, Pace.full(), cancelled);
    if (warm) {
      model.network().check(model.file(), golden, Long.MAX_VALUE, Pace.full());
    }
    return warm;
  }

  /** {@return the number of versions that were loaded} */
  public long loaded() {
    return loaded.get();
  }

  /** {@return the bytes of native memory for copies, in use and free} */
  public long copyBytes() {
    return slots.bytes();
  }

  /** Frees the memory for copies as soon as their versions are closed. */
  @Override
  public void close() {
    slots.close();
  }
}
