package org.staccato;

import org.staccato.rank.CatalogueRanking;
import org.staccato.rank.RankingTask;
import org.staccato.rank.SharedRanking;

/**
 * Threads that help a {@link Scorer} to rank a large catalogue: each takes a part of it, and the
 * calling thread another. The result is the same for any number of threads.
 *
 * <p>The creator owns them and closes them. Any number of scorers may share them, and they serve
 * one call at a time: a scorer that finds them busy ranks alone. Between calls a worker spins for
 * some microseconds, then sleeps; waking it takes some tens of microseconds, so that workers pay
 * from about 100,000 items. A call allocates nothing. They do not help to rank with a memory,
 * {@link org.staccato.model.NeighbourMemory}.
 */
public final class RankingWorkers implements AutoCloseable {
  private final SharedRanking shared;

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
    shared = new SharedRanking(threads);
  }

  /** {@return the number of threads beside the calling one} */
  public int threads() {
    return shared.threads();
  }

  /** Ranks a whole catalogue, with the help of the threads if that is faster and they are idle. */
  void rank(CatalogueRanking own, RankingTask task) {
    shared.rank(own, task);
  }

  /**
   * Ends the threads, after the ranking that they serve. Rankings that begin later, of all scorers
   * that share these workers, throw {@link IllegalStateException}, except those of so few items
   * that no worker helps. A second call does nothing.
   */
  @Override
  public void close() {
    shared.close();
  }
}
