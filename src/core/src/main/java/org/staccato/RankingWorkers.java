package org.staccato;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help a {@link Scorer} to rank a large catalogue: each takes a part of it, and the
 * calling thread another. The result is the same, whatever their number.
 *
 * <p>Their creator owns them and closes them. They may be handed to any number of scorers, and
 * serve one call at a time: a scorer that finds them busy ranks alone. Between calls a worker spins
 * for some microseconds, then sleeps; waking it takes some tens of microseconds, so that workers
 * pay from about 100,000 items. Nothing is allocated by a call.
 */
public final class RankingWorkers implements AutoCloseable {

  /** Fewer blocks of 64 items, those aside that cannot pass, are ranked by the caller alone. */
  static final int LEAST_BLOCKS = 512;

  private static final int SPINS = 2000;

  /** How long a close sleeps before it looks again whether the ranking under way has ended. */
  private static final long CLOSE_PAUSE_NANOS = 20_000;

  private final Worker[] workers;

  /** Taken for each ranking, and by the close for good. */
  private final AtomicBoolean busy = new AtomicBoolean();

  private volatile boolean closed;

  /**
   * Starts the threads, as daemons.
   *
   * @param threads the number of threads beside the calling one, at least 1
   * @throws IllegalArgumentException if the number is below 1
   */
  public RankingWorkers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: found " + threads + ", expected at least 1");
    }
    workers = new Worker[threads];
    for (int i = 0; i < threads; i++) {
      workers[i] = new Worker();
      Thread.ofPlatform().daemon().name("staccato-ranking-" + (i + 1)).start(workers[i]);
    }
  }

  /** {@return the number of threads beside the calling one} */
  public int threads() {
    return workers.length;
  }

  /** Ranks a whole catalogue, with the help of the workers if they are free. */
  void rank(CatalogueRanking own, RankingTask task, Ranked ranked) {
    if (closed) {
      throw new IllegalStateException("the ranking workers are closed");
    }
    if (!busy.compareAndSet(false, true)) {
      own.rank(task, 0, task.blocks(), ranked);
      return;
    }
    try {
      share(own, task, ranked);
    } finally {
      busy.set(false);
    }
  }

  private void share(CatalogueRanking own, RankingTask task, Ranked ranked) {
    int parts = workers.length + 1;
    int blocks = task.blocks();
    for (int i = 0; i < workers.length; i++) {
      int from = (int) ((long) blocks * (i + 1) / parts);
      int to = (int) ((long) blocks * (i + 2) / parts);
      workers[i].start(task, from, to);
    }
    Throwable failure = null;
    try {
      own.rank(task, 0, blocks / parts, ranked);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    for (Worker worker : workers) {
      Throwable theirs = worker.await();
      failure = failure == null ? theirs : failure;
    }
    if (failure != null) {
      throw asUnchecked(failure);
    }
    for (Worker worker : workers) {
      ranked.merge(worker.ranked);
    }
  }

  private static RuntimeException asUnchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /**
   * Ends the threads, after the ranking that they serve. Rankings that begin later, of all scorers
   * that have these workers, throw {@link IllegalStateException}, but for those of so few items
   * that no worker helps. A second call does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    while (!busy.compareAndSet(false, true)) {
      LockSupport.parkNanos(this, CLOSE_PAUSE_NANOS);
    }
    for (Worker worker : workers) {
      worker.end();
    }
  }

  /**
   * One thread. The fields of a task are written by the caller before {@code started} and read by
   * the worker after it; those of a result the other way round with {@code finished}.
   */
  private final class Worker implements Runnable {
    private final CatalogueRanking ranking = new CatalogueRanking();
    private final Ranked ranked = new Ranked();
    private volatile @Nullable Thread thread;
    private volatile int started;
    private volatile int finished;
    private volatile boolean ended;
    private @Nullable RankingTask task;
    private int from;
    private int to;
    private @Nullable Throwable failure;

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the caller that is being served writes it.
    void start(RankingTask next, int fromBlock, int toBlock) {
      task = next;
      from = fromBlock;
      to = toBlock;
      started++;
      LockSupport.unpark(thread);
    }

    /** Ends the thread, which has no task. */
    void end() {
      ended = true;
      LockSupport.unpark(thread);
    }

    /** Waits for the task, and returns what went wrong. */
    @Nullable Throwable await() {
      while (finished != started) {
        Thread.onSpinWait();
      }
      return failure;
    }

    @Override
    public void run() {
      thread = Thread.currentThread();
      int done = 0;
      while (true) {
        for (int i = 0; i < SPINS && started == done; i++) {
          Thread.onSpinWait();
        }
        if (started == done) {
          if (ended) {
            return;
          }
          LockSupport.park(RankingWorkers.this);
          continue;
        }
        done++;
        work();
        finished = done;
      }
    }

    private void work() {
      RankingTask own = task;
      failure = null;
      try {
        if (own != null) {
          ranking.rank(own, from, to, ranked);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      task = null;
    }
  }
}
