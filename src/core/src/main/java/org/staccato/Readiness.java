package org.staccato;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a model answers with compiled code, those who wait for it, and the thread that sees to it
 * where opening the model did not. Thread-safe.
 */
final class Readiness implements AutoCloseable {
  private boolean warm;
  private boolean closed;
  private @Nullable Thread worker;
  private boolean again;

  /** {@return what the last warm-up found} */
  synchronized boolean isWarm() {
    return warm;
  }

  /** {@return whether nobody waits for warmth any more} */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Notes what a warm-up found. */
  synchronized void set(boolean found) {
    warm = found;
    notifyAll();
  }

  /** Runs work that makes the model warm on a thread of its own, unless it is warm or one runs. */
  synchronized void startUnlessWarm(Runnable work) {
    if (warm || closed) {
      return;
    }
    if (worker != null && worker.isAlive()) {
      again = true;
      return;
    }
    again = false;
    worker = Thread.ofPlatform().daemon().name("staccato-warm-up").unstarted(() -> run(work));
    worker.start();
  }

  private void run(Runnable work) {
    do {
      work.run();
    } while (isAskedAgain());
  }

  /** Tells whether the model became cold when the work was about to end, and no other began. */
  private synchronized boolean isAskedAgain() {
    boolean asked = again && !warm && !closed;
    again = false;
    if (!asked) {
      worker = null;
    }
    return asked;
  }

  /**
   * Waits until the model is warm, closed, or the time is over.
   *
   * @return whether it is warm
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  synchronized boolean await(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    // A limit of centuries is one of 292 years.
    long nanos =
        limit.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? limit.toNanos() : Long.MAX_VALUE;
    long left = nanos;
    while (!warm && !closed && left > 0) {
      Duration rest = Duration.ofNanos(left).plusMillis(1);
      wait(rest.toMillis());
      left = nanos - (System.nanoTime() - start);
    }
    return warm;
  }

  /** Ends the waiting, and the work as soon as it looks. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits until the work has ended, unless this thread does it. */
  void join() {
    Thread own;
    synchronized (this) {
      own = worker;
    }
    boolean interrupted = false;
    while (own != null && own != Thread.currentThread() && own.isAlive()) {
      try {
        own.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
