package org.staccato;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Lends scorers to any number of platform or virtual threads, so that no thread has to own one.
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
 * <p><b>Assumptions.</b> The last thread to use a scorer gives it back, once, and does not use it
 * afterwards.
 *
 * <p><b>Guarantees.</b> A scorer is lent to one borrower at a time, and the writes of one borrower
 * are visible to the next. The pool keeps at most as many idle scorers as its capacity. A scorer
 * that still holds a version when it is given back releases it.
 *
 * <p><b>Progress.</b> A thread that borrows an idle scorer, or gives one back to a pool with room,
 * waits for no other thread. A thread that finds no idle scorer makes one, so the pool makes as
 * many scorers as are in use at the same time; a thread that finds no room for the scorer that it
 * gives back closes it. These two operations may wait while a version is published. Only making a
 * scorer allocates.
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
   * @param capacity the most scorers to keep idle, at least 1; a good value is the number of
   *     threads that score at the same time
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
   * Lends a scorer, an idle one if the pool has any.
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
        // A pool that is closed at the same time may have checked this place before.
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
   * Returns the place where a thread looks first: its own one, as long as there are no more threads
   * than places.
   */
  private int home() {
    int spread = (int) Thread.currentThread().threadId() * SPREAD;
    return (int) ((Integer.toUnsignedLong(spread) * capacity) >>> Integer.SIZE);
  }

  private int next(int place) {
    return place + 1 == capacity ? 0 : place + 1;
  }

  @SuppressWarnings("ReferenceEquality") // Compares identity on purpose.
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

  /** Closes the idle scorers; a scorer that is lent is closed when it is given back. */
  @Override
  public void close() {
    closed = true;
    closeIdle();
  }
}
