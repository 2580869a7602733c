package org.staccato;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Backend;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.live.CataloguePreparation;
import org.staccato.live.FollowOptions;
import org.staccato.live.LiveGauges;
import org.staccato.live.LiveListener;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.live.Rejection;
import org.staccato.swap.Follower;
import org.staccato.swap.WarmUp;

/**
 * A model that serves one version after the other. Before a version is published it is validated
 * and in memory, its golden samples are reproduced, and its code is warm. The caller that opens a
 * model owns it and closes it.
 *
 * <pre>{@code
 * try (LiveModel live = LiveModel.open(Path.of("models/shop.safetensors"), OpenOptions.FOLLOW);
 *     ScorerPool<Scorer> pool = new ScorerPool<>(16, live::newScorer)) {
 *   Scorer scorer = pool.borrow(); // for a request, on any thread
 *   try (AcquiredVersion acquired = scorer.acquire()) { // one version for the block
 *     scorer.step(user, acquired.itemKeys().indexOf(key));
 *     scorer.topK(user, 10, ranked);
 *   } finally {
 *     pool.giveBack(scorer);
 *   }
 * }
 * }</pre>
 *
 * <p><b>Assumptions.</b> One thread at a time uses a {@link Scorer}: its owner, or the thread that
 * has borrowed it from a {@link ScorerPool}. All threads may call all methods of this class;
 * methods that load a version take seconds and run one after the other. Listeners may call all
 * methods too; preparations may call those that neither load a version nor close the model.
 *
 * <p><b>Guarantees.</b> A call to a scorer runs on one version from its beginning to its end, or
 * from {@link Scorer#acquire} to {@link Scorer#release}. A call that begins after a version was
 * published is on that version or a later one. A version is retired, its memory unmapped, freed or
 * used again, only after the last such call has ended. A rejected file changes nothing. {@link
 * #close} waits for the calls under way; afterwards all calls of scorers, and methods that load a
 * version, roll back or create a scorer, throw {@link IllegalStateException}. Memory does not grow
 * with the number of versions.
 *
 * <p><b>Progress.</b> Scorers never wait, lock or allocate because of other versions.
 *
 * <p>With {@link LoadMode#MAP}, retiring a version unmaps its file, which stops all threads for a
 * moment; with {@link LoadMode#COPY}, versions take turns in memory that stays allocated, and no
 * thread stops.
 */
public final class LiveModel implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(LiveModel.class.getPackageName());

  /** The longest time that {@link #open} spends on warming up, in seconds. */
  public static final double WARM_UP_SECONDS = WarmUp.LIMIT_NANOS / 1e9;

  private final Versions versions;
  private volatile @Nullable Follower follower;
  private volatile boolean pinned;

  private LiveModel(Path path, OpenOptions options) throws IOException {
    versions = new Versions(path, options);
  }

  /**
   * Opens a weight file with the options {@link OpenOptions#MAP}.
   *
   * @param path a weight file
   * @return the model, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file, with the reason
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if a system property demands a backend that is not available
   */
  public static LiveModel open(Path path) throws IOException {
    return open(path, OpenOptions.MAP);
  }

  /**
   * Opens a weight file: brings it into memory and validates it, runs its golden samples, and warms
   * the code up until it is compiled, unless the options say that it answers cold. On the vector
   * backend that takes two to three seconds the first time in a JVM, and at most {@link
   * #WARM_UP_SECONDS}.
   *
   * <p>A model that follows a file publishes every version that is renamed over it; a model that
   * follows a folder publishes the file of the folder that was modified last, and ignores names
   * that start with a dot or do not end with {@code .safetensors}. A rejected file changes nothing:
   * {@link #lastRejection} says why, and the last good version continues to serve.
   *
   * @param path a weight file, or, for a model that follows, a folder of them
   * @param options the options
   * @return the model, owned by the caller
   * @throws ModelRejectedException if the first file is not a valid weight file, with the reason
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if a system property demands a backend that is not available
   */
  public static LiveModel open(Path path, OpenOptions options) throws IOException {
    // Throws here, and not on a thread in the background, if a demand cannot be met.
    Backend demanded = ConfiguredKernels.backend();
    LOGGER.log(Level.DEBUG, "{0}: opens for the {1} backend", path, demanded.name());
    Optional<FollowOptions> follow = options.follow();
    if (follow.isEmpty()) {
      return new LiveModel(path, options);
    }
    Followed followed = new Followed();
    Follower follower = new Follower(path, follow.get(), followed);
    LiveModel live = new LiveModel(follower.first(), options);
    followed.live = live;
    live.follower = follower;
    follower.start();
    return live;
  }

  /** The target of a follower; the model behind it is opened after the follower. */
  private static final class Followed implements Follower.Target {
    private volatile @Nullable LiveModel live;

    @Override
    public void publish(Path path) throws IOException {
      LiveModel model = live;
      if (model != null && !model.versions.isClosed()) {
        model.publish(path);
      }
    }

    @Override
    public boolean isPinned() {
      LiveModel model = live;
      return model == null || model.pinned;
    }
  }

  /**
   * Loads a version and publishes it. The calling thread waits until the version is checked, in
   * memory and warm; no scorer waits. The version before is kept for {@link #rollBack}; the one
   * before that is retired when the last call on it has ended. Does nothing if the digest of the
   * file is that of the version that is served.
   *
   * @param path a weight file of the same task, ranking or prediction; sizes, items and cell may
   *     differ
   * @return the version that is served now
   * @throws ModelRejectedException if the file is not a valid weight file, with the reason
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   */
  public ModelVersion publish(Path path) throws IOException {
    return versions.publish(path);
  }

  /**
   * Registers a preparation that runs for each later version before it is published, and runs it
   * for the versions that are served now or may be rolled back to.
   *
   * @param preparation the preparation
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public void addPreparation(CataloguePreparation preparation) {
    versions.addPreparation(preparation);
  }

  /**
   * Removes a preparation; later loads do not call it.
   *
   * @param preparation a preparation that was added
   */
  public void removePreparation(CataloguePreparation preparation) {
    versions.removePreparation(preparation);
  }

  /**
   * Publishes the version before the one that is served, and retires the latter. A follower ignores
   * the file that lies at its path now, and publishes the next one.
   *
   * @return the version that is served now
   * @throws IllegalStateException if there is no such version, or the model is closed
   */
  public ModelVersion rollBack() {
    return versions.rollBack();
  }

  /** Stops the follower from publishing until {@link #unpin}; {@link #publish} still works. */
  public void pin() {
    pinned = true;
  }

  /** Lets the follower publish again; its next look finds the files that arrived meanwhile. */
  public void unpin() {
    pinned = false;
  }

  /** {@return whether the follower publishes nothing} */
  public boolean isPinned() {
    return pinned;
  }

  /** {@return the version that is served, or that was served when the model was closed} */
  public ModelVersion version() {
    return versions.publication().latest().version();
  }

  /** {@return the version that {@link #rollBack} publishes, if there is one} */
  public Optional<ModelVersion> previousVersion() {
    return versions.publication().previous();
  }

  /** {@return the file that was rejected last, and why, if any was} */
  public Optional<Rejection> lastRejection() {
    return versions.lastRejection();
  }

  /** {@return the current counts and sizes of the model} */
  public LiveGauges gauges() {
    return versions.gauges();
  }

  /**
   * Adds a listener, which receives all later events while no lock is held.
   *
   * @param listener the listener
   */
  public void addListener(LiveListener listener) {
    versions.listeners().add(listener);
  }

  /**
   * Removes a listener, which receives no later events.
   *
   * @param listener a listener that was added
   */
  public void removeListener(LiveListener listener) {
    versions.listeners().remove(listener);
  }

  /**
   * {@return whether the last warm-up found that steps and answers run as fast as only compiled
   * code does} After {@link OpenOptions#cold}, or where {@link #open} had to end its warm-up before
   * that, a thread in the background goes on to warm up, half a minute at most.
   */
  public boolean isWarm() {
    return versions.readiness().isWarm();
  }

  /**
   * Waits until the model is warm, see {@link #isWarm}; for a readiness probe.
   *
   * @param limit the longest time to wait
   * @return whether it is warm; false also if it was closed meanwhile
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public boolean awaitWarm(Duration limit) throws InterruptedException {
    return versions.readiness().await(limit);
  }

  /** {@return the backend that computes, such as {@code vector-512} or {@code scalar}} */
  public String backend() {
    return versions.publication().latest().network().backend();
  }

  /**
   * Returns the items' external keys in the version that is served. If versions follow each other,
   * use {@link Scorer#itemKeys} instead: an index means another item in another version.
   *
   * @return the keys, which throw {@link IllegalStateException} once their version is retired
   * @throws IllegalStateException if the model does not rank items
   */
  public ItemKeys itemKeys() {
    return versions.publication().latest().network().itemKeys();
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
    return versions
        .publication()
        .read(
            model -> {
              int items = model.network().specification().itemInput().items();
              if (item < 0 || item >= items) {
                throw new IndexOutOfBoundsException(
                    "item: found " + item + ", expected 0 to " + (items - 1));
              }
              return model.network().popularity(item);
            });
  }

  /**
   * Creates a scorer for the use of one thread at a time.
   *
   * @return a scorer, owned by the caller, valid while this model is open
   */
  public Scorer newScorer() {
    return new Scorer(versions.publication(), null);
  }

  /**
   * Creates a scorer for the use of one thread that ranks large catalogues with the help of others.
   *
   * @param workers the threads that help, owned by the caller
   * @return a scorer, valid while this model is open
   */
  public Scorer newScorer(RankingWorkers workers) {
    return new Scorer(versions.publication(), workers);
  }

  /**
   * Creates a scorer of many users, or of whole windows, for the use of one thread.
   *
   * @param capacity the most users of a call, or steps of a window, at least 1
   * @return a scorer, valid while this model is open
   * @throws IllegalArgumentException if the capacity is below 1
   */
  public BatchScorer newBatchScorer(int capacity) {
    return new BatchScorer(versions.publication(), capacity);
  }

  /**
   * Stops following, refuses new calls, waits for those under way, and unmaps or frees the memory;
   * a second call does nothing. If this thread, or a thread that has ended, has acquired a version,
   * its scorer loses it. A listener may call this method, a preparation may not.
   *
   * @throws IllegalStateException if a preparation calls it
   */
  @Override
  public void close() {
    if (versions.isLoadingHere()) {
      throw new IllegalStateException(
          version().path() + ": found a close within a preparation, which it would wait for");
    }
    Follower own = follower;
    if (own != null) {
      own.close();
    }
    versions.close();
  }
}
