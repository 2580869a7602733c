package org.staccato.rank;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the ranking of a large catalogue with the calling one: each takes a part of
 * the blocks. The result is the same for any number of threads. Serves one call at a time, and lets
 * a caller that finds it busy rank alone. A call allocates nothing.
 */
public final class SharedRanking implements AutoCloseable {

  /** The least number of blocks with eligible items for which the threads help. */
  public static final int LEAST_BLOCKS = 512;

  private static final int SPINS = 2000;

  /** The pause of a close before it looks again whether the ranking under way has ended. */
  private static final long CLOSE_PAUSE_NANOS = 20_000;

  private final Worker[] workers;

  /** Set for each ranking, and for good by the close. */
  private final AtomicBoolean busy = new AtomicBoolean();

  private volatile boolean closed;

  /**
   * Starts the threads, as daemons.
   *
   * @param threads the number of threads beside the calling one, at least 1
   */
  public SharedRanking(int threads) {
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

  /**
   * Ranks a whole catalogue, with the help of the threads if there is enough to do and they are
   * free.
   *
   * @param own ranks the calling thread's part
   * @param task the task, with a user and a result
   * @throws IllegalStateException if the threads are needed but closed, or if the weight file is
   *     closed
   */
  public void rank(CatalogueRanking own, RankingTask task) {
    if (task.eligible().atMost(task.blocks()) < LEAST_BLOCKS) {
      own.rank(task);
      return;
    }
    if (closed) {
      throw new IllegalStateException("the ranking workers are closed");
    }
    if (!busy.compareAndSet(false, true)) {
      own.rank(task);
      return;
    }
    try {
      share(own, task);
    } finally {
      busy.set(false);
    }
  }

  private void share(CatalogueRanking own, RankingTask task) {
    int parts = workers.length + 1;
    int blocks = task.blocks();
    for (int i = 0; i < workers.length; i++) {
      int from = (int) ((long) blocks * (i + 1) / parts);
      int to = (int) ((long) blocks * (i + 2) / parts);
      workers[i].start(task, from, to);
    }
    Throwable failure = null;
    try {
      own.rank(task, 0, blocks / parts, task.best());
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
      task.best().merge(worker.best);
    }
  }

  private static RuntimeException asUnchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /**
   * Ends the threads, after the ranking that they serve. A later {@link #rank} that needs them
   * throws {@link IllegalStateException}. A second call does nothing.
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
   * One thread. The caller writes the fields of a task before {@code started}, and the worker reads
   * them after it; for those of a result and {@code finished} it is the other way round.
   */
  private final class Worker implements Runnable {
    private final CatalogueRanking ranking = new CatalogueRanking();
    private final TopK best = new TopK(16);
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

    /** Waits for the end of the task, and returns its failure, if any. */
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
          LockSupport.park(SharedRanking.this);
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
          ranking.rank(own, from, to, best);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      task = null;
    }
  }
}
