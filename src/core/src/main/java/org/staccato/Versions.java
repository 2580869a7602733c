package org.staccato;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.live.CataloguePreparation;
import org.staccato.live.LiveGauges;
import org.staccato.live.LoadMode;
import org.staccato.live.ModelVersion;
import org.staccato.live.OpenOptions;
import org.staccato.live.Rejection;
import org.staccato.swap.FlightRecorder;
import org.staccato.swap.Listeners;
import org.staccato.swap.LoadedModel;
import org.staccato.swap.ModelLoader;
import org.staccato.swap.Publication;

/**
 * Loads the versions of a model one after the other, publishes them, rolls back, and retires those
 * that no reader holds any more. Thread-safe: methods that load run one after the other.
 */
final class Versions implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(Versions.class.getPackageName());

  /** The number of warm-ups in the background before they are given up. */
  private static final int WARM_UPS = 6;

  private final LoadMode mode;
  private final double share;
  private final ModelLoader loader;
  private final Listeners listeners = new Listeners();
  private final List<CataloguePreparation> preparations = new CopyOnWriteArrayList<>();
  private final AtomicLong rejected = new AtomicLong();
  private final Object loading = new Object();
  private final Publication publication;
  private volatile @Nullable Rejection lastRejection;
  private final Readiness readiness = new Readiness();

  Versions(Path path, OpenOptions options) throws IOException {
    this.mode = options.mode();
    this.share = options.share();
    this.loader = new ModelLoader(mode, new Rehearsal(), this::noteLoaded);
    this.listeners.add(new FlightRecorder());
    boolean opened = false;
    try {
      ModelLoader.Loaded loaded = loader.load(path, options.cold(), Pace.full());
      LoadedModel first = loaded.model();
      this.publication =
          new Publication(
              first,
              model -> {
                listeners.note(each -> each.retired(model.version()));
                // A publishing thread tells listeners after it has released the lock.
                if (!Thread.holdsLock(loading)) {
                  listeners.tell();
                }
              });
      opened = true;
      readiness.set(loaded.warm());
      listeners.note(each -> each.published(first.version()));
    } finally {
      if (!opened) {
        loader.close();
      }
    }
    listeners.tell();
    readiness.startUnlessWarm(this::becomeWarm);
  }

  /** Loads a version and publishes it, unless it is the one that is served. */
  ModelVersion publish(Path path) throws IOException {
    try {
      synchronized (loading) {
        requireOpen();
        try {
          return loadAndPublish(path);
        } catch (IOException e) {
          // A failure that the close causes is not a rejection.
          requireOpen();
          reject(new Rejection(path, Instant.now(), e));
          throw e;
        }
      }
    } finally {
      listeners.tell();
    }
  }

  private ModelVersion loadAndPublish(Path path) throws IOException {
    Pace pace = new Pace(share);
    ModelVersion served = version();
    // Checks before it copies or warms up: a touch of a followed file is no new version.
    if (WeightFile.matches(path, served.digest(), pace)) {
      return served;
    }
    ModelLoader.Loaded loaded = loader.load(path, false, pace);
    LoadedModel next = loaded.model();
    boolean published = false;
    try {
      if (served.digest().equals(next.version().digest())) {
        return served;
      }
      prepare(next, pace);
      publication.publish(next);
      published = true;
    } catch (OutOfMemoryError e) {
      throw ModelLoader.tooLittleMemory(path, e);
    } finally {
      if (!published) {
        next.close();
      }
    }
    listeners.note(each -> each.published(next.version()));
    readiness.set(loaded.warm());
    readiness.startUnlessWarm(this::becomeWarm);
    return next.version();
  }

  private void prepare(LoadedModel next, Pace pace) throws IOException {
    for (CataloguePreparation preparation : preparations) {
      try {
        preparation.prepare(next.version(), next.network().itemKeys(), pace);
      } catch (OutOfMemoryError e) {
        throw e;
      } catch (RuntimeException | Error e) {
        // The code of a user failed, or the file under a mapping was cut short: an InternalError.
        throw new IOException(
            next.version().path() + ": cannot be prepared for: " + e.getMessage(), e);
      }
    }
  }

  /** Runs a preparation for the versions in memory, and for each later one. */
  void addPreparation(CataloguePreparation preparation) {
    synchronized (loading) {
      requireOpen();
      for (LoadedModel model : publication.servable()) {
        preparation.prepare(model.version(), model.network().itemKeys(), Pace.full());
      }
      preparations.add(preparation);
    }
  }

  void removePreparation(CataloguePreparation preparation) {
    preparations.remove(preparation);
  }

  /** Warms the code up on a thread of its own, if opening the model did not. */
  private void becomeWarm() {
    for (int i = 0; i < WARM_UPS && !readiness.isWarm() && !readiness.isClosed(); i++) {
      try {
        warmUpBehind();
        listeners.tell();
      } catch (IOException | RuntimeException | Error e) {
        if (!publication.isClosed()) {
          LOGGER.log(
              Level.ERROR, version().path() + ": stays on the " + backend() + " backend: " + e, e);
        }
        return;
      }
    }
    if (!readiness.isWarm() && !readiness.isClosed()) {
      LOGGER.log(
          Level.WARNING,
          version().path() + ": the code of the " + backend() + " backend is not fast yet");
    }
  }

  private void warmUpBehind() throws IOException {
    synchronized (loading) {
      LoadedModel served = publication.latest();
      boolean configured = isOnConfiguredBackend(served);
      LoadedModel next =
          served.with(configured ? served.network() : served.network().onConfiguredBackend());
      boolean published = false;
      try {
        boolean warm = loader.warmUp(next, readiness::isClosed);
        // Keeps compiled scalar kernels rather than vector kernels that are not compiled.
        if (warm && !configured) {
          publication.publish(next);
          published = true;
        }
        readiness.set(warm);
      } finally {
        if (!published) {
          next.close();
        }
      }
    }
  }

  private static boolean isOnConfiguredBackend(LoadedModel model) {
    return model.network().backend().equals(ConfiguredKernels.backend().name());
  }

  private void reject(Rejection rejection) {
    rejected.incrementAndGet();
    lastRejection = rejection;
    LOGGER.log(Level.WARNING, "rejected: {0}", rejection.reason());
    listeners.note(each -> each.rejected(rejection));
  }

  private void noteLoaded(ModelVersion version, Duration time) {
    listeners.note(each -> each.loaded(version, time));
  }

  /** Publishes the version before the one that is served. */
  ModelVersion rollBack() {
    try {
      synchronized (loading) {
        ModelVersion version = publication.rollBack();
        listeners.note(each -> each.published(version));
        if (!isOnConfiguredBackend(publication.latest())) {
          // The version was opened cold, and another one was published before its warm-up.
          readiness.set(false);
          readiness.startUnlessWarm(this::becomeWarm);
        }
        return version;
      }
    } finally {
      listeners.tell();
    }
  }

  LiveGauges gauges() {
    return new LiveGauges(
        publication.versions(),
        publication.leases(),
        Duration.ofNanos(publication.longestWait()),
        mode == LoadMode.MAP ? publication.bytes() : loader.copyBytes(),
        loader.loaded(),
        publication.retired(),
        rejected.get());
  }

  Publication publication() {
    return publication;
  }

  Readiness readiness() {
    return readiness;
  }

  Listeners listeners() {
    return listeners;
  }

  Optional<Rejection> lastRejection() {
    return Optional.ofNullable(lastRejection);
  }

  boolean isClosed() {
    return publication.isClosed();
  }

  /** Returns whether the calling thread loads a version, as a preparation does. */
  boolean isLoadingHere() {
    return Thread.holdsLock(loading);
  }

  private ModelVersion version() {
    return publication.latest().version();
  }

  private String backend() {
    return publication.latest().network().backend();
  }

  private void requireOpen() {
    if (publication.isClosed()) {
      throw publication.closedException();
    }
  }

  /** Waits for the calls under way, and frees the memory. */
  @Override
  public void close() {
    // A warm-up in the background keeps the file of its version open; the code below retires it.
    readiness.close();
    readiness.join();
    publication.close();
    loader.close();
  }
}
