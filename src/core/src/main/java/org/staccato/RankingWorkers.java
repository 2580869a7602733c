package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.staccato.network.OutputLayer;

/**
 * Threads that help a {@link Scorer} to rank a large catalogue: each takes a part of it, and the
 * calling thread another. The result is the same, whatever their number.
 *
 * <p>Whoever creates them owns them and closes them. They may be handed to several scorers, but
 * serve one call at a time: another one meanwhile throws {@link IllegalStateException}. Between
 * calls a worker spins for some microseconds, then sleeps; waking it takes some tens of
 * microseconds, so that workers pay from about 100,000 items. Nothing is allocated by a call.
 */
public final class RankingWorkers implements AutoCloseable {

  /** Catalogues of fewer blocks, of 64 items each, are ranked by the calling thread alone. */
  static final int LEAST_BLOCKS = 512;

  private static final int SPINS = 2000;

  private final Worker[] workers;
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

  /** Ranks a whole catalogue with the help of the workers. */
  void rank(
      CatalogueRanking own,
      OutputLayer output,
      MemorySegment state,
      int items,
      int k,
      ItemFilter filter,
      Ranked ranked) {
    if (closed) {
      throw new IllegalStateException("the ranking workers are closed");
    }
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("the ranking workers serve another call");
    }
    try {
      int parts = workers.length + 1;
      int blocks = output.blocks();
      for (int i = 0; i < workers.length; i++) {
        int from = (int) ((long) blocks * (i + 1) / parts);
        int to = (int) ((long) blocks * (i + 2) / parts);
        workers[i].start(output, state, from, to, items, k, filter);
      }
      Throwable failure = null;
      try {
        own.rank(output, state, 0, blocks / parts, items, k, filter, ranked);
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
    } finally {
      busy.set(false);
    }
  }

  private static RuntimeException asUnchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /** Ends the threads; a second call does nothing. A call under way is finished. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread);
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
    private @Nullable OutputLayer output;
    private MemorySegment state = MemorySegment.NULL;
    private int from;
    private int to;
    private int items;
    private int k;
    private ItemFilter filter = ItemFilter.NONE;
    private @Nullable Throwable failure;

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the caller that is being served writes it.
    void start(
        OutputLayer layer,
        MemorySegment memory,
        int fromBlock,
        int toBlock,
        int itemCount,
        int count,
        ItemFilter itemFilter) {
      output = layer;
      state = memory;
      from = fromBlock;
      to = toBlock;
      items = itemCount;
      k = count;
      filter = itemFilter;
      started++;
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
          if (closed) {
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
      OutputLayer layer = output;
      failure = null;
      try {
        if (layer != null) {
          ranking.rank(layer, state, from, to, items, k, filter, ranked);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }
  }
}
