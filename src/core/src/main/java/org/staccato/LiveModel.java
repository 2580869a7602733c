package org.staccato;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import org.staccato.format.ItemKeys;
import org.staccato.format.LoadMode;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Backend;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.network.ModelSpecification;
import org.staccato.network.Network;

/**
 * One version of a model, ready to serve: its weight file validated and in memory, its golden
 * samples reproduced, its code warm. Whoever opens it owns it and closes it. All methods may be
 * called from all threads; each thread takes a {@link Scorer} of its own.
 */
public final class LiveModel implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(LiveModel.class.getPackageName());

  private final WeightFile file;
  private volatile Network network;
  private volatile boolean warm;
  private volatile boolean closed;

  private LiveModel(WeightFile file, Network network) {
    this.file = file;
    this.network = network;
  }

  /**
   * Opens a weight file: maps and validates it, runs its golden samples, and warms the code up
   * until it is compiled, which on the vector backend takes two to three seconds the first time in
   * a JVM, and at most {@link #WARM_UP_SECONDS}.
   *
   * @param path a weight file
   * @return the model, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file, with the reason
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if a system property demands a backend that cannot be had
   */
  public static LiveModel open(Path path) throws IOException {
    return open(path, LoadMode.MAP);
  }

  /**
   * Opens a weight file as {@link #open(Path)} does, mapped or copied.
   *
   * @param path a weight file
   * @param mode how it comes into memory
   * @return the model, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file, with the reason
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if a system property demands a backend that cannot be had
   */
  public static LiveModel open(Path path, LoadMode mode) throws IOException {
    return open(
        path,
        mode,
        file -> {
          LiveModel live = new LiveModel(file, Network.open(file));
          live.warmUp();
          return live;
        });
  }

  /**
   * Opens a weight file and answers at once: the scalar kernels, which are fast in some
   * milliseconds, do until a thread in the background has warmed the vector kernels up. The scores
   * before and after differ by rounding. For services that must not wait for {@link #open(Path)}.
   *
   * @param path a weight file
   * @param mode how it comes into memory
   * @return the model, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file, with the reason
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if a system property demands a backend that cannot be had
   */
  public static LiveModel openCold(Path path, LoadMode mode) throws IOException {
    // A demand that cannot be met is the caller's to hear of, not the background's.
    Backend demanded = ConfiguredKernels.backend();
    LOGGER.log(Level.DEBUG, "{0}: warms the {1} backend up", path, demanded.name());
    return open(
        path,
        mode,
        file -> {
          LiveModel live = new LiveModel(file, Network.openScalar(file));
          Thread.ofPlatform().daemon().name("staccato-warm-up").start(live::warmUpBehind);
          return live;
        });
  }

  /** Makes a model of a file, which stays open if that succeeds. */
  private interface Opening {
    LiveModel open(WeightFile file) throws IOException;
  }

  private static LiveModel open(Path path, LoadMode mode, Opening opening) throws IOException {
    WeightFile file = WeightFile.open(path, mode);
    boolean opened = false;
    try {
      LiveModel live = opening.open(file);
      opened = true;
      return live;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private void warmUp() {
    WarmUp.run(newScorer(), network);
    warm = true;
  }

  private void warmUpBehind() {
    try {
      LiveModel next = new LiveModel(file, Network.open(file));
      next.warmUp();
      network = next.network;
      warm = true;
    } catch (IOException | RuntimeException e) {
      if (!closed) {
        LOGGER.log(
            Level.ERROR,
            file.path() + ": stays on the " + backend() + " backend: " + e.getMessage(),
            e);
      }
    }
  }

  /** The longest time that {@link #open} spends on warming up, in seconds. */
  public static final double WARM_UP_SECONDS = WarmUp.LIMIT_NANOS / 1e9;

  /** {@return whether the model answers with code that is compiled} */
  public boolean isWarm() {
    return warm;
  }

  /** The network on the backend that answers at the moment. */
  Network network() {
    return network;
  }

  /** {@return what the model is} */
  public ModelSpecification specification() {
    return network.specification();
  }

  /** {@return the digest of the weight file, which names this version of the model} */
  public String digest() {
    return file.digest();
  }

  /** {@return the backend that computes, such as {@code vector-512} or {@code scalar}} */
  public String backend() {
    return network.backend();
  }

  /**
   * Returns the items' external keys.
   *
   * @return the keys, which throw {@link IllegalStateException} once the model is closed
   * @throws IllegalStateException if the model does not rank items
   */
  public ItemKeys items() {
    return network.items();
  }

  /** {@return the metadata of the weight file} */
  public Map<String, String> metadata() {
    return file.metadata();
  }

  /**
   * Reads the popularity prior of an item, as the trainer wrote it.
   *
   * @param item the index of an item
   * @return its popularity
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public float popularity(int item) {
    int items = specification().ranking().items();
    if (item < 0 || item >= items) {
      throw new IndexOutOfBoundsException("item: found " + item + ", expected 0 to " + (items - 1));
    }
    return network.popularity(item);
  }

  /**
   * Creates a scorer for the use of one thread.
   *
   * @return a scorer, valid while this model is open
   * @throws IllegalStateException if the model is closed
   */
  public Scorer newScorer() {
    requireOpen();
    return new Scorer(this, null);
  }

  /**
   * Creates a scorer for the use of one thread that ranks large catalogues with the help of others.
   *
   * @param workers the threads that help, owned by the caller
   * @return a scorer, valid while this model is open
   * @throws IllegalStateException if the model is closed
   */
  public Scorer newScorer(RankingWorkers workers) {
    requireOpen();
    return new Scorer(this, workers);
  }

  /**
   * Creates a scorer of many users, or of whole windows, for the use of one thread.
   *
   * @param capacity the most users of a call, or steps of a window, at least 1
   * @return a scorer, valid while this model is open
   * @throws IllegalArgumentException if the capacity is below 1
   * @throws IllegalStateException if the model is closed
   */
  public BatchScorer newBatchScorer(int capacity) {
    requireOpen();
    return new BatchScorer(this, capacity);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(file.path() + ": the model is closed");
    }
  }

  /**
   * Unmaps or frees the weight file; a second call does nothing. A scorer that is at work in
   * another thread finishes or throws {@link IllegalStateException}; it never reads unmapped
   * memory.
   */
  @Override
  public void close() {
    closed = true;
    file.close();
  }
}
