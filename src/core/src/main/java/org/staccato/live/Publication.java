package org.staccato.live;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The version that is read at the moment, the one before it, and those that wait for their last
 * reader. Readers hold versions by a {@link Lease}; publishing, retiring and closing happen on
 * other threads and never make a reader wait.
 *
 * <p>All methods may be called by all threads. {@link #publish} and {@link #rollBack} exclude each
 * other; {@link #close} waits for the calls that are under way.
 */
public final class Publication {

  /** How long to look for the last reader by spinning: most calls take some microseconds. */
  private static final int SPINS = 1000;

  private static final long PAUSE_NANOS = 100_000;

  private final Consumer<LoadedModel> retirement;
  private final List<WeakReference<Lease<?>>> leases = new ArrayList<>();
  private final List<LoadedModel> waiting = new ArrayList<>();
  private volatile @Nullable LoadedModel current;
  private volatile LoadedModel latest;
  private @Nullable LoadedModel previous;
  private boolean reaping;
  private long retired;

  /**
   * Publishes a first version.
   *
   * @param first the version
   * @param retirement is told of every version that was retired
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

  /** {@return the version that was published last, be it closed} */
  public LoadedModel latest() {
    return latest;
  }

  /** {@return whether it is closed} */
  public boolean isClosed() {
    return current == null;
  }

  /** {@return what to throw at whoever comes after the close} */
  public IllegalStateException closedException() {
    return new IllegalStateException(latest.version().path() + ": the model is closed");
  }

  /**
   * Creates a lease.
   *
   * @param <W> the reader's scratch
   * @param workspaces makes the scratch
   * @return the lease
   * @throws IllegalStateException if the model is closed
   */
  public synchronized <W> Lease<W> newLease(Lease.Workspaces<W> workspaces) {
    LoadedModel model = current;
    if (model == null) {
      throw closedException();
    }
    Lease<W> lease = new Lease<>(this, workspaces);
    lease.offer(model, null);
    leases.removeIf(reference -> reference.get() == null);
    leases.add(new WeakReference<>(lease));
    return lease;
  }

  /**
   * Reads something of the current version, outside of the hot path.
   *
   * @param <T> what is read
   * @param reading reads it; the version is not retired meanwhile
   * @return what it returned
   * @throws IllegalStateException if the model is closed
   */
  public synchronized <T> T read(Function<LoadedModel, T> reading) {
    LoadedModel model = current;
    if (model == null) {
      throw closedException();
    }
    return reading.apply(model);
  }

  /**
   * Makes a version the current one. The one before is kept for {@link #rollBack}, and the one
   * before that is retired as soon as its last reader has left.
   *
   * @param next the version, owned by this publication from now on, even if it is closed
   * @throws IllegalStateException if the model is closed; the version is then closed too
   */
  public void publish(LoadedModel next) {
    synchronized (this) {
      LoadedModel before = current;
      if (before == null) {
        next.close();
        throw closedException();
      }
      try {
        replace(before, next);
      } catch (RuntimeException | Error e) {
        // No scratch for some reader: no call begins on the version, and nobody else closes it.
        next.close();
        throw e;
      }
      LoadedModel older = previous;
      // The same version on another backend is nothing to roll back to.
      boolean same = before.version().number() == next.version().number();
      previous = same ? older : before;
      unpublish(same ? before : older);
    }
    retireSoon();
  }

  /**
   * Makes the version before the current one, which is retired, the current one again.
   *
   * @return the version
   * @throws IllegalStateException if there is none, or the model is closed
   */
  public ModelVersion rollBack() {
    ModelVersion version;
    synchronized (this) {
      LoadedModel before = current;
      LoadedModel next = previous;
      if (before == null) {
        throw closedException();
      }
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

  private void replace(LoadedModel before, LoadedModel next) {
    leases.removeIf(reference -> reference.get() == null);
    for (WeakReference<Lease<?>> reference : leases) {
      Lease<?> lease = reference.get();
      if (lease != null) {
        lease.offer(next, before);
      }
    }
    latest = next;
    current = next;
  }

  private void unpublish(@Nullable LoadedModel model) {
    if (model != null) {
      model.unpublish();
      waiting.add(model);
    }
  }

  /** Retires what can be retired at once, and leaves the rest to a thread. */
  private void retireSoon() {
    for (int i = 0; i < SPINS; i++) {
      if (retire(false)) {
        return;
      }
      Thread.onSpinWait();
    }
    synchronized (this) {
      if (!reaping && current != null) {
        reaping = true;
        Thread.ofPlatform().daemon().name("staccato-retirement").start(this::reap);
      }
    }
  }

  private void reap() {
    while (true) {
      retire(false);
      synchronized (this) {
        if (waiting.isEmpty() || current == null) {
          reaping = false;
          return;
        }
      }
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
  }

  /** Retires the versions that nobody reads, and returns whether none is left. */
  private boolean retire(boolean closing) {
    List<LoadedModel> unread = new ArrayList<>();
    boolean all;
    synchronized (this) {
      for (LoadedModel model : waiting) {
        if (!isHeld(model, closing)) {
          unread.add(model);
        }
      }
      waiting.removeAll(unread);
      unread.removeIf(model -> !model.isOwner());
      unread.forEach(LoadedModel::close);
      retired += unread.size();
      all = waiting.isEmpty();
    }
    unread.forEach(retirement);
    return all;
  }

  private boolean isHeld(LoadedModel model, boolean closing) {
    for (WeakReference<Lease<?>> reference : leases) {
      Lease<?> lease = reference.get();
      if (lease != null && lease.holds(model, closing)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the number of versions in memory} */
  public synchronized int versions() {
    return waiting.size() + (previous == null ? 0 : 1) + (current == null ? 0 : 1);
  }

  /** {@return the nanoseconds that the longest wait for a last reader has lasted, or 0} */
  public synchronized long longestWait() {
    return waiting.stream().mapToLong(LoadedModel::waiting).max().orElse(0);
  }

  /** {@return the number of versions that were retired} */
  public synchronized long retired() {
    return retired;
  }

  /** {@return the bytes of the files of all versions in memory} */
  public synchronized long bytes() {
    long bytes = 0;
    for (LoadedModel model : waiting) {
      bytes += model.version().bytes();
    }
    LoadedModel now = current;
    LoadedModel before = previous;
    bytes += now == null ? 0 : now.version().bytes();
    return bytes + (before == null ? 0 : before.version().bytes());
  }

  /**
   * Lets no call begin any more, waits for those that are under way, and retires all versions; a
   * second call waits likewise. A version that this thread has acquired is taken from it, as is one
   * whose thread has ended without releasing it.
   */
  public void close() {
    synchronized (this) {
      unpublish(current);
      unpublish(previous);
      current = null;
      previous = null;
    }
    while (!retire(true)) {
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
  }
}
