package org.staccato.swap;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.staccato.live.ModelVersion;

/**
 * Holds the current version, the one before it, and the versions that wait for their last reader.
 * Readers hold versions by a {@link Lease}; publishing, retiring and closing happen on other
 * threads and never make a reader wait.
 *
 * <p>Thread-safe. Files are closed and retirements are told outside of the lock. {@link #close}
 * waits for the calls that are under way.
 */
public final class Publication {

  private static final Logger LOGGER = System.getLogger("org.staccato");

  /** The number of checks for the last reader by spinning: most calls take some microseconds. */
  private static final int SPINS = 1000;

  /** The pauses between two checks for the last reader double from the first to the last. */
  private static final long FIRST_PAUSE_NANOS = 100_000;

  private static final long LAST_PAUSE_NANOS = 50_000_000;

  /** The number of attempts to close a file before its memory is considered lost. */
  private static final int CLOSE_ATTEMPTS = 20;

  private final Consumer<LoadedModel> retirement;
  private final ReferenceQueue<Lease<?>> unreachable = new ReferenceQueue<>();

  @GuardedBy("this") private final Set<Reference<? extends Lease<?>>> leases = new LinkedHashSet<>();

  @GuardedBy("this") private final List<Retired> waiting = new ArrayList<>();

  /** Written under the lock; readers read it without the lock. */
  private volatile @Nullable LoadedModel current;

  private volatile LoadedModel latest;

  @GuardedBy("this") private @Nullable LoadedModel previous;

  @GuardedBy("this") private boolean reaping;

  @GuardedBy("this") private long retired;

  /** A version that accepts no new calls, until its file is closed. */
  private static final class Retired {
    final LoadedModel model;
    final long since = System.nanoTime();
    boolean closing;
    int attempts;

    Retired(LoadedModel model) {
      this.model = model;
    }
  }

  /**
   * Publishes a first version.
   *
   * @param first the version
   * @param retirement receives every version that was retired
   */
  public Publication(LoadedModel first, Consumer<LoadedModel> retirement) {
    this.retirement = retirement;
    this.current = first;
    this.latest = first;
  }

  /** {@return the version that calls begin on, or null if the model is closed} */
  @Nullable LoadedModel current() {
    return current;
  }

  /** {@return the version that was published last, even after the close} */
  public LoadedModel latest() {
    return latest;
  }

  /** {@return whether it is closed} */
  public boolean isClosed() {
    return current == null;
  }

  /** {@return the exception that a call after the close throws} */
  public IllegalStateException closedException() {
    return new IllegalStateException(latest.version().path() + ": the model is closed");
  }

  /**
   * Creates a lease.
   *
   * @param <W> the reader's scratch
   * @param factory makes the scratch of the reader
   * @return the lease, owned by the caller
   * @throws IllegalStateException if the model is closed
   */
  public synchronized <W> Lease<W> newLease(Lease.ScratchFactory<W> factory) {
    LoadedModel model = requireCurrent();
    Lease<W> lease = new Lease<>(this, factory, unreachable);
    lease.offer(model, null);
    forgetUnreachable();
    leases.add(lease.reference());
    return lease;
  }

  /** Forgets a lease that is closed. */
  synchronized void remove(Lease<?> lease) {
    leases.remove(lease.reference());
  }

  /** Forgets the leases that became unreachable without being closed. */
  private synchronized void forgetUnreachable() {
    Reference<? extends Lease<?>> reference = unreachable.poll();
    while (reference != null) {
      leases.remove(reference);
      reference = unreachable.poll();
    }
  }

  /** {@return the number of leases} */
  public synchronized int leases() {
    forgetUnreachable();
    return leases.size();
  }

  @GuardedBy("this") private LoadedModel requireCurrent() {
    LoadedModel model = current;
    if (model == null) {
      throw closedException();
    }
    return model;
  }

  /**
   * Applies a function to the current version, outside of the hot path.
   *
   * @param <T> the result
   * @param reading the function; the version is not retired while it runs
   * @return the result of the function
   * @throws IllegalStateException if the model is closed
   */
  public synchronized <T> T read(Function<LoadedModel, T> reading) {
    return reading.apply(requireCurrent());
  }

  /**
   * Makes a version the current one. The one before is kept for {@link #rollBack}, and the one
   * before that is retired as soon as its last reader has left.
   *
   * @param next the version, owned by this publication once this method has returned; if it throws,
   *     it changes nothing, and the caller closes the version
   * @throws IllegalStateException if the model is closed
   */
  public void publish(LoadedModel next) {
    synchronized (this) {
      LoadedModel before = requireCurrent();
      replace(before, next);
      LoadedModel older = previous;
      // Roll-back does not return to the same version on another backend.
      boolean same = before.version().number() == next.version().number();
      previous = same ? older : before;
      unpublish(same ? before : older);
    }
    retireSoon();
  }

  /**
   * Makes the version before the current one current again, and retires the current one.
   *
   * @return the version
   * @throws IllegalStateException if there is no such version, or the model is closed
   */
  public ModelVersion rollBack() {
    ModelVersion version;
    synchronized (this) {
      LoadedModel before = requireCurrent();
      LoadedModel next = previous;
      if (next == null) {
        throw new IllegalStateException("found no version before " + before.version().digest());
      }
      replace(before, next);
      previous = null;
      unpublish(before);
      version = next.version();
    }
    retireSoon();
    return version;
  }

  /** {@return the version before the current one, if it is kept} */
  public synchronized Optional<ModelVersion> previous() {
    return Optional.ofNullable(previous).map(LoadedModel::version);
  }

  /** {@return the current version and the one before it, if they exist} */
  public synchronized List<LoadedModel> servable() {
    List<LoadedModel> models = new ArrayList<>();
    LoadedModel before = previous;
    if (before != null) {
      models.add(before);
    }
    LoadedModel now = current;
    if (now != null) {
      models.add(now);
    }
    return models;
  }

  /** Offers scratch for the version to all readers, which may fail, then makes it current. */
  @GuardedBy("this") private void replace(LoadedModel before, LoadedModel next) {
    forgetUnreachable();
    for (Reference<? extends Lease<?>> reference : leases) {
      Lease<?> lease = reference.get();
      if (lease != null) {
        lease.offer(next, before);
      }
    }
    latest = next;
    current = next;
  }

  @GuardedBy("this") private void unpublish(@Nullable LoadedModel model) {
    if (model != null) {
      waiting.add(new Retired(model));
    }
  }

  /**
   * Retires versions without readers, and ignores failures: the new version is published in any
   * case, and the next publication tries again.
   */
  private void retireSoon() {
    try {
      retireOrStartReaping();
    } catch (RuntimeException | Error e) {
      Listeners.log(LOGGER, Level.ERROR, () -> "versions are not retired yet: " + e, e);
    }
  }

  /** Retires at once the versions without readers, and leaves the others to a thread. */
  private void retireOrStartReaping() {
    for (int i = 0; i < SPINS; i++) {
      if (retire(false)) {
        return;
      }
      Thread.onSpinWait();
    }
    synchronized (this) {
      if (reaping || current == null) {
        return;
      }
      reaping = true;
    }
    boolean started = false;
    try {
      Thread.ofPlatform().daemon().name("staccato-retirement").start(this::reap);
      started = true;
    } finally {
      if (!started) {
        endReaping();
      }
    }
  }

  private synchronized void endReaping() {
    reaping = false;
  }

  private void reap() {
    boolean complete = false;
    try {
      long pause = FIRST_PAUSE_NANOS;
      while (!isReaped()) {
        LockSupport.parkNanos(this, pause);
        pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
        retire(false);
      }
      complete = true;
    } finally {
      if (!complete) {
        endReaping();
      }
    }
  }

  private synchronized boolean isReaped() {
    reaping = !waiting.isEmpty() && current != null;
    return !reaping;
  }

  /**
   * Closes the versions without readers, outside of the lock because closing is slow, and returns
   * whether no version is left to close.
   */
  private boolean retire(boolean closing) {
    List<LoadedModel> closed = new ArrayList<>();
    for (Retired next : unread(closing)) {
      boolean last = false;
      boolean done = false;
      try {
        last = next.model.close();
        done = true;
      } catch (RuntimeException | Error e) {
        done = ++next.attempts == CLOSE_ATTEMPTS;
        if (next.attempts == 1 || done) {
          String outcome = done ? "its memory is lost" : "it is tried again";
          LOGGER.log(
              Level.WARNING, next.model.version().path() + ": cannot be closed, " + outcome, e);
        }
      }
      settle(next, done, last);
      if (last) {
        closed.add(next.model);
      }
    }
    // Tells only after all are settled: a listener may close this publication, which waits for
    // them.
    closed.forEach(retirement);
    return isRetired();
  }

  private synchronized List<Retired> unread(boolean closing) {
    List<Retired> unread = new ArrayList<>();
    for (Retired next : waiting) {
      if (!next.closing && !isHeld(next.model, closing)) {
        next.closing = true;
        unread.add(next);
      }
    }
    return unread;
  }

  private synchronized void settle(Retired next, boolean done, boolean last) {
    next.closing = false;
    if (done) {
      waiting.remove(next);
    }
    if (last) {
      retired++;
    }
  }

  private synchronized boolean isRetired() {
    return waiting.isEmpty();
  }

  @GuardedBy("this") private boolean isHeld(LoadedModel model, boolean closing) {
    for (Reference<? extends Lease<?>> reference : leases) {
      Lease<?> lease = reference.get();
      if (lease != null && lease.isHolding(model) && !(closing && lease.take(model))) {
        return true;
      }
    }
    return false;
  }

  /** {@return the number of versions in memory} */
  public synchronized int versions() {
    return waiting.size() + servable().size();
  }

  /** {@return the nanoseconds of the longest wait for a last reader so far, or 0} */
  public synchronized long longestWait() {
    long now = System.nanoTime();
    return waiting.stream().mapToLong(next -> now - next.since).max().orElse(0);
  }

  /** {@return the number of versions that were retired} */
  public synchronized long retired() {
    return retired;
  }

  /** {@return the bytes of the files of all versions in memory} */
  public synchronized long bytes() {
    long bytes = 0;
    for (Retired next : waiting) {
      bytes += next.model.version().bytes();
    }
    for (LoadedModel model : servable()) {
      bytes += model.version().bytes();
    }
    return bytes;
  }

  /**
   * Refuses new calls, waits for those under way, and retires all versions; a second call waits
   * likewise. A lease loses its acquired version if the thread that used it last is the calling
   * one, or has ended.
   */
  public void close() {
    synchronized (this) {
      unpublish(current);
      unpublish(previous);
      current = null;
      previous = null;
    }
    long pause = FIRST_PAUSE_NANOS;
    while (!retire(true)) {
      LockSupport.parkNanos(this, pause);
      pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
    }
  }
}
