package org.staccato;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.network.ModelSpecification;
import org.staccato.network.Network;

/**
 * One version of a model, ready to serve: its weight file validated and mapped, its golden samples
 * reproduced, its code warm. Whoever opens it owns it and closes it. All methods may be called from
 * all threads; each thread takes a {@link Scorer} of its own.
 */
public final class LiveModel implements AutoCloseable {
  private final WeightFile file;
  private final Network network;
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
    WeightFile file = WeightFile.open(path);
    boolean opened = false;
    try {
      LiveModel live = new LiveModel(file, Network.open(file));
      WarmUp.run(live.newScorer(), live.specification());
      opened = true;
      return live;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /** The longest time that {@link #open} spends on warming up, in seconds. */
  public static final double WARM_UP_SECONDS = WarmUp.LIMIT_NANOS / 1e9;

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

  /** {@return the items' external keys; they throw {@link IllegalStateException} once closed} */
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
   * @throws IllegalStateException if the model is closed
   */
  public float popularity(int item) {
    int items = specification().items();
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
    if (closed) {
      throw new IllegalStateException(file.path() + ": the model is closed");
    }
    return new Scorer(digest(), network);
  }

  /**
   * Unmaps the weight file; a second call does nothing. A scorer that is at work in another thread
   * finishes or throws {@link IllegalStateException}; it never reads unmapped memory.
   */
  @Override
  public void close() {
    closed = true;
    file.close();
  }
}
