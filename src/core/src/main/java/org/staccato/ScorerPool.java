package org.staccato;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Lends scorers to any number of platform or virtual threads, none of which owns one for life.
 *
 * <pre>{@code
 * try (ScorerPool<Scorer> pool = new ScorerPool<>(16, live::newScorer)) {
 *   Scorer scorer = pool.borrow();
 *   try {
 *     scorer.step(user, item);
 *   } finally {
 *     pool.giveBack(scorer);
 *   }
 * }
 * }</pre>
 *
 * <p><b>Assumptions.</b> A scorer is given back once, by the thread that uses it last, which uses
 * it no more.
 *
 * <p><b>Guarantees.</b> A scorer is lent to one borrower at a time, and what the last one wrote is
 * visible to the next. At most as many scorers as the pool was made for are kept while nobody uses
 * them. One that still holds a version when it is given back releases it.
 *
 * <p><b>Progress.</b> No thread waits for another to borrow an idle scorer or to give one back
 * where there is room. A thread that finds no idle scorer makes one, so there are as many as are in
 * use at the same time; one that finds no room for a scorer that it gives back closes it. These two
 * may wait while a version is published. Only making a scorer allocates.
 *
 * @param <S> the kind of scorer
 */
public final class ScorerPool<S extends ModelReader> implements AutoCloseable {

  /** The references of a cache line: two threads that use two places do not share one. */
  private static final int STRIDE = 16;

  /** 2³² divided by the golden ratio: spreads the numbers of threads, which follow each other. */
  private static final int SPREAD = 0x9E3779B9;

  private final Supplier<? extends S> factory;
  private final int capacity;
  private final AtomicReferenceArray<S> idle;
  private volatile boolean closed;

  /**
   * Creates a pool without scorers.
   *
   * @param capacity the most scorers to keep idle, at least 1; the number of threads that score at
   *     the same time is a good one
   * @param factory makes a scorer, such as {@code live::newScorer}
   * @throws IllegalArgumentException if the capacity is out of range
   */
  public ScorerPool(int capacity, Supplier<? extends S> factory) {
    if (capacity < 1 || capacity > Integer.MAX_VALUE / STRIDE - 1) {
      throw new IllegalArgumentException(
          "idle scorers: found "
              + capacity
              + ", expected 1 to "
              + (Integer.MAX_VALUE / STRIDE - 1));
    }
    this.capacity = capacity;
    this.factory = factory;
    this.idle = new AtomicReferenceArray<>((capacity + 1) * STRIDE);
  }

  /** {@return the most scorers that are kept idle} */
  public int capacity() {
    return capacity;
  }

  /**
   * Lends a scorer, an idle one if there is any.
   *
   * @return the scorer, to be handed to {@link #giveBack}
   * @throws IllegalStateException if the pool or the model is closed
   */
  public S borrow() {
    requireOpen();
    int place = home();
    for (int i = 0; i < capacity; i++) {
      int index = (place + 1) * STRIDE;
      S found = idle.getOpaque(index);
      if (found != null && idle.compareAndSet(index, found, null)) {
        return found;
      }
      place = next(place);
    }
    return factory.get();
  }

  /**
   * Takes a scorer back, and releases the version that it holds, if it holds one.
   *
   * @param scorer a scorer of {@link #borrow}, which the caller must not use any more
   */
  public void giveBack(S scorer) {
    assert !isIdle(scorer) : "a scorer: given back twice, expected once";
    if (scorer.isAcquired()) {
      scorer.release();
    }
    int place = home();
    for (int i = 0; i < capacity; i++) {
      int index = (place + 1) * STRIDE;
      if (idle.getOpaque(index) == null && idle.compareAndSet(index, null, scorer)) {
        // A pool that was closed meanwhile may have looked here before.
        if (closed) {
          closeIdle();
        }
        return;
      }
      place = next(place);
    }
    scorer.close();
  }

  /**
   * Where a thread looks first: its own place, as long as there are no more threads than places.
   */
  private int home() {
    int spread = (int) Thread.currentThread().threadId() * SPREAD;
    return (int) ((Integer.toUnsignedLong(spread) * capacity) >>> Integer.SIZE);
  }

  private int next(int place) {
    return place + 1 == capacity ? 0 : place + 1;
  }

  @SuppressWarnings("ReferenceEquality") // The same scorer, not one that is alike.
  private boolean isIdle(S scorer) {
    for (int place = 0; place < capacity; place++) {
      if (idle.get((place + 1) * STRIDE) == scorer) {
        return true;
      }
    }
    return false;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the pool of scorers is closed");
    }
  }

  private void closeIdle() {
    for (int place = 0; place < capacity; place++) {
      S scorer = idle.getAndSet((place + 1) * STRIDE, null);
      if (scorer != null) {
        scorer.close();
      }
    }
  }

  /** Closes the idle scorers, and those that are lent when they are given back. */
  @Override
  public void close() {
    closed = true;
    closeIdle();
  }
}
