package org.staccato.swap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;
import org.staccato.live.ModelVersion;

/**
 * One reader's hold on the version that it reads, and its scratch for that version.
 *
 * <pre>{@code
 * Scratch scratch = lease.enter(); // or, for several calls on one version, acquire() before
 * try {
 *   read(scratch);
 * } finally {
 *   lease.exit();                  // and release() after them
 * }
 * }</pre>
 *
 * <p><b>Assumptions.</b> All methods but those of {@link Publication} are called by one thread at a
 * time; a lease is handed on with a happens-before edge, also while a version is acquired. Each
 * {@link #enter} that returns is followed by an {@link #exit}, each {@link #acquire} by a {@link
 * #release}.
 *
 * <p><b>Guarantees.</b> Between enter and exit, or acquire and release, the version that was
 * returned is not retired: its memory is neither freed nor overwritten. A call that begins after
 * {@link Publication#publish} has returned gets the version published, or a later one. The call
 * sees all writes that came before publishing. {@link Publication#close} takes an acquired version
 * from the thread that closes and from a thread that has ended, never during a call; the next call
 * throws.
 *
 * <p><b>Progress.</b> A reader never waits, locks or allocates. It repeats an attempt only if
 * another version was published within the few instructions of the attempt.
 *
 * <p>The method is a hazard pointer: the reader stores the version it is about to read, then looks
 * whether it is still the current one. The store is volatile, so that it comes before that look;
 * the publisher replaces the current version first and looks at the leases after that. One of the
 * two sees the other. (Maged M. Michael, "Hazard pointers", 2004.)
 *
 * @param <W> the reader's scratch
 */
public final class Lease<W> {
  private static final VarHandle HELD;
  private static final VarHandle OWNER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HELD = lookup.findVarHandle(Lease.class, "held", Object.class);
      OWNER = lookup.findVarHandle(Lease.class, "owner", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * The value of {@link #held} while {@link Publication#close} decides whether to take the version.
   */
  private static final Object TAKING = new Object();

  /**
   * Makes the scratch for a version, on the thread that publishes it.
   *
   * @param <W> the scratch
   */
  public interface ScratchFactory<W> {

    /**
     * Makes the scratch for the first version of a reader.
     *
     * @param model the version
     * @return the scratch
     */
    W first(LoadedModel model);

    /**
     * Makes the scratch for another version.
     *
     * @param model the version
     * @param before the scratch for the version before, which may be in use on another thread. Its
     *     memory may be shared, since no two are in use at the same time, and must not be written
     *     here
     * @return the scratch
     */
    default W next(LoadedModel model, W before) {
      return first(model);
    }
  }

  /** The scratch for one version, and those for versions before it that may still be entered. */
  private record VersionScratch<W>(
      LoadedModel model, W scratch, @Nullable VersionScratch<W> older) {}

  private final Publication publication;
  private final ScratchFactory<W> factory;
  private final WeakReference<Lease<?>> reference;
  private final SlowCall slowCall = new SlowCall();
  private final Confinement confinement = new Confinement();

  /**
   * The scratch for the newest version. The publisher writes it before it publishes the version.
   */
  private volatile @Nullable VersionScratch<W> offered;

  // Pads the fields: readers write theirs at every call, and two leases must not share a cache
  // line.
  @SuppressWarnings("unused")
  private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;

  /**
   * The version that is being read, or null, or {@link #TAKING}. The reader and the closer write
   * it, and the publisher reads it.
   */
  private volatile @Nullable Object held;

  /**
   * The thread that used the acquired version last, null while none is acquired. The reader writes
   * it before {@link #held}, and the closer reads it after that, so that the closer sees it.
   */
  private volatile @Nullable Thread owner;

  private boolean acquired;
  private boolean closed;
  private @Nullable VersionScratch<W> entered;

  Lease(Publication publication, ScratchFactory<W> factory, ReferenceQueue<Lease<?>> unreachable) {
    this.publication = publication;
    this.factory = factory;
    this.reference = new WeakReference<>(this, unreachable);
  }

  /**
   * Begins one call, on the acquired version or, if there is none, on the current one.
   *
   * @return the scratch for that version
   * @throws IllegalStateException if the model or this lease is closed
   */
  public W enter() {
    assert confinement.enter();
    return acquired ? acquiredScratch() : hold().scratch;
  }

  /** Ends one call. */
  public void exit() {
    if (!acquired) {
      leave();
    }
    assert confinement.exit();
  }

  /**
   * Holds the current version until {@link #release}: all calls in between run on this version.
   *
   * @return the version
   * @throws IllegalStateException if this lease holds a version already, or it or the model is
   *     closed
   */
  public ModelVersion acquire() {
    assert confinement.enter();
    if (acquired) {
      assert confinement.exit();
      throw new IllegalStateException(
          "a version is acquired already: call release() before, or close the AcquiredVersion");
    }
    // The following store to the held version publishes it.
    OWNER.set(this, Thread.currentThread());
    ModelVersion version = hold().model.version();
    acquired = true;
    assert confinement.exit();
    return version;
  }

  /**
   * Releases the version that {@link #acquire} returned.
   *
   * @throws IllegalStateException if no version is acquired
   */
  public void release() {
    assert confinement.enter();
    if (!acquired) {
      throw notAcquired();
    }
    acquired = false;
    OWNER.set(this, null);
    leave();
    assert confinement.exit();
  }

  /** {@return whether a version is acquired} */
  public boolean isAcquired() {
    return acquired;
  }

  /**
   * Returns the scratch for the version that is acquired.
   *
   * @return the scratch
   * @throws IllegalStateException if no version is acquired, or the model was closed since
   */
  public W acquired() {
    assert confinement.enter();
    if (!acquired) {
      throw notAcquired();
    }
    W scratch = acquiredScratch();
    assert confinement.exit();
    return scratch;
  }

  private IllegalStateException notAcquired() {
    assert confinement.exit();
    return new IllegalStateException(
        "no version is acquired: call acquire() before, as try (AcquiredVersion acquired ="
            + " scorer.acquire()) does");
  }

  private IllegalStateException closedException() {
    assert confinement.exit();
    return closed
        ? new IllegalStateException("the scorer is closed")
        : publication.closedException();
  }

  private VersionScratch<W> hold() {
    slowCall.begin();
    LoadedModel model = publication.current();
    while (model != null && !closed) {
      // Offered before the version became the current one: absent only if the version is not
      // current any more.
      VersionScratch<W> own = scratchFor(model);
      held = model;
      LoadedModel still = publication.current();
      if (still == model && own != null) {
        entered = own;
        return own;
      }
      model = still;
    }
    OWNER.set(this, null);
    held = null;
    throw closedException();
  }

  private @Nullable VersionScratch<W> scratchFor(LoadedModel model) {
    VersionScratch<W> own = entered;
    return own != null && own.model == model ? own : find(offered, model);
  }

  private static <W> @Nullable VersionScratch<W> find(
      @Nullable VersionScratch<W> first, @Nullable LoadedModel model) {
    VersionScratch<W> found = first;
    while (found != null && found.model != model) {
      found = found.older;
    }
    return found;
  }

  private void leave() {
    // Pairs with the volatile read in isHolding: a thread that reads null may free the memory,
    // since all reads of it came before this store.
    HELD.setRelease(this, null);
    slowCall.end();
    if (slowCall.shouldCommit()) {
      slowCall.commit();
    }
  }

  /** Returns the scratch of the acquired version, and makes the calling thread its owner. */
  private W acquiredScratch() {
    Thread thread = Thread.currentThread();
    if (OWNER.get(this) != thread) {
      // Comes before the read of the held version: either this thread sees that the version was
      // taken, or the closer sees the new owner.
      owner = thread;
    }
    Object found = held;
    while (found == TAKING) {
      Thread.onSpinWait();
      found = held;
    }
    VersionScratch<W> own = entered;
    if (found == null || own == null) {
      throw closedException();
    }
    return own.scratch;
  }

  /**
   * Makes the scratch for a version before it is published. One publisher at a time calls it.
   *
   * @param current the version that readers may still enter meanwhile
   */
  void offer(LoadedModel next, @Nullable LoadedModel current) {
    VersionScratch<W> older = find(offered, current);
    W scratch = older == null ? factory.first(next) : factory.next(next, older.scratch);
    // Keeps a chain of two, so that memory does not grow.
    VersionScratch<W> last =
        older == null ? null : new VersionScratch<>(older.model, older.scratch, null);
    offered = new VersionScratch<>(next, scratch, last);
  }

  /** Returns the reference that a publication keeps: a lease that is unreachable reads nothing. */
  WeakReference<Lease<?>> reference() {
    return reference;
  }

  /** Returns whether this lease holds a version. */
  boolean isHolding(LoadedModel model) {
    return held == model;
  }

  /**
   * Takes a version from its reader if no thread will release it: the thread that used it last is
   * the calling one, or has ended. One closer at a time calls it, when no new call can begin.
   *
   * @return whether this lease does not hold the version any more
   */
  boolean take(LoadedModel model) {
    Thread last = owner;
    boolean abandoned = last != null && (last == Thread.currentThread() || !last.isAlive());
    if (!abandoned || !HELD.compareAndSet(this, model, TAKING)) {
      return held != model;
    }
    // If the lease was handed to another thread meanwhile, that thread waits in acquiredScratch for
    // the outcome, or has released the version, which ends the taking.
    boolean taken = owner == last;
    HELD.compareAndSet(this, TAKING, taken ? null : model);
    return held != model;
  }

  /**
   * Releases the acquired version, if there is one, and drops the scratch; a second call does
   * nothing.
   */
  public void close() {
    if (acquired) {
      release();
    }
    if (!closed) {
      closed = true;
      publication.remove(this);
      offered = null;
      entered = null;
    }
  }
}
