package org.staccato.live;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One reader's hold on the version that it reads, and its scratch for that version.
 *
 * <p><b>Assumptions.</b> All methods but those of {@link Publication} are called by one thread, or
 * by several that hand the lease on with a happens-before edge. Each {@link #enter} is followed by
 * an {@link #exit}, each {@link #acquire} by a {@link #release}.
 *
 * <p><b>Guarantees.</b> Between enter and exit, or acquire and release, the version that was
 * returned is not retired: its memory is neither freed nor overwritten. A call that begins after
 * {@link Publication#publish} has returned gets the version published, or a later one. What was
 * written before publishing is visible.
 *
 * <p><b>Progress.</b> A reader never waits, locks or allocates. It repeats an attempt only if
 * another version was published within the few instructions of the attempt.
 *
 * <p>It is a hazard pointer: the reader stores the version it is about to read, then looks whether
 * it is still the current one. The store is volatile, so that it comes before that look; the
 * publisher replaces the current version first and looks at the leases after that. One of the two
 * sees the other. (Maged M. Michael, "Hazard pointers", 2004.)
 *
 * @param <W> the reader's scratch
 */
public final class Lease<W> {
  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(Lease.class, "held", LoadedModel.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Makes the scratch for a version, on the thread that publishes it.
   *
   * @param <W> the scratch
   */
  public interface Workspaces<W> {

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
     * @param before the scratch for the version before, parts of which may be shared: no two are in
     *     use at the same time
     * @return the scratch
     */
    default W next(LoadedModel model, W before) {
      return first(model);
    }
  }

  /** The scratch for one version, and those for versions before it that may still be entered. */
  private record Workspace<W>(LoadedModel model, W scratch, @Nullable Workspace<W> older) {}

  private final Publication publication;
  private final Workspaces<W> workspaces;
  private final SlowCall slowCall = new SlowCall();

  /** Written by the publisher, before the version is published. */
  private volatile @Nullable Workspace<W> offered;

  // Other readers write theirs at every call: two leases must not share a cache line.
  @SuppressWarnings("unused")
  private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;

  /** What is being read; written by the reader, read by the publisher. */
  private volatile @Nullable LoadedModel held;

  /** The thread that acquired, for {@link Publication#close}; written before what is held is. */
  private @Nullable Thread owner;

  private boolean acquired;
  private @Nullable Workspace<W> workspace;

  Lease(Publication publication, Workspaces<W> workspaces) {
    this.publication = publication;
    this.workspaces = workspaces;
  }

  /**
   * Begins one call, on the version that was acquired or else on the current one.
   *
   * @return the scratch for that version
   * @throws IllegalStateException if the model is closed
   */
  public W enter() {
    return acquired ? scratch() : hold().scratch;
  }

  /** Ends one call. */
  public void exit() {
    if (!acquired) {
      leave();
    }
  }

  /**
   * Holds the current version until {@link #release}: all calls in between are on this version.
   *
   * @return the version
   * @throws IllegalStateException if one is held already, or the model is closed
   */
  public ModelVersion acquire() {
    if (acquired) {
      throw new IllegalStateException("a version is already acquired, expected a release before");
    }
    owner = Thread.currentThread();
    ModelVersion version = hold().model.version();
    acquired = true;
    return version;
  }

  /**
   * Ends what {@link #acquire} began.
   *
   * @throws IllegalStateException if no version is acquired
   */
  public void release() {
    requireAcquired();
    acquired = false;
    owner = null;
    leave();
  }

  /**
   * Returns the scratch for the version that is acquired.
   *
   * @return the scratch
   * @throws IllegalStateException if no version is acquired
   */
  public W acquired() {
    requireAcquired();
    return scratch();
  }

  private void requireAcquired() {
    if (!acquired) {
      throw new IllegalStateException("no version is acquired");
    }
  }

  private Workspace<W> hold() {
    slowCall.begin();
    LoadedModel model = publication.current();
    while (model != null) {
      // Offered before the version became the current one: absent only if it is no more.
      Workspace<W> own = workspaceFor(model);
      held = model;
      LoadedModel still = publication.current();
      if (still == model && own != null) {
        workspace = own;
        return own;
      }
      model = still;
    }
    held = null;
    throw publication.closedException();
  }

  private @Nullable Workspace<W> workspaceFor(LoadedModel model) {
    Workspace<W> own = workspace;
    return own != null && own.model == model ? own : find(offered, model);
  }

  private static <W> @Nullable Workspace<W> find(
      @Nullable Workspace<W> first, @Nullable LoadedModel model) {
    Workspace<W> found = first;
    while (found != null && found.model != model) {
      found = found.older;
    }
    return found;
  }

  private void leave() {
    HELD.setRelease(this, null);
    slowCall.end();
    if (slowCall.shouldCommit()) {
      slowCall.commit();
    }
  }

  private W scratch() {
    Workspace<W> own = workspace;
    if (own == null) {
      throw new AssertionError("whoever has acquired a version has its scratch");
    }
    return own.scratch;
  }

  /**
   * Makes the scratch for a version that is going to be published; called by the publisher, one at
   * a time.
   *
   * @param current the version that readers may still enter meanwhile
   */
  void offer(LoadedModel next, @Nullable LoadedModel current) {
    Workspace<W> older = find(offered, current);
    W scratch = older == null ? workspaces.first(next) : workspaces.next(next, older.scratch);
    // A chain of two, so that it does not grow.
    Workspace<W> last = older == null ? null : new Workspace<>(older.model, older.scratch, null);
    offered = new Workspace<>(next, scratch, last);
  }

  /** Whether a version is being read, as far as anybody can still read it. */
  boolean holds(LoadedModel model, boolean closing) {
    if (held != model) {
      return false;
    }
    Thread thread = owner;
    return thread == null || (thread.isAlive() && !(closing && thread == Thread.currentThread()));
  }
}
