package org.staccato;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds whether a model answers with compiled code, lets threads wait for that, and owns the thread
 * that warms the model up if opening it did not. Thread-safe.
 */
final class Readiness implements AutoCloseable {
  private boolean warm;
  private boolean closed;
  private @Nullable Thread worker;
  private boolean again;

  /** {@return whether the last warm-up found compiled code} */
  synchronized boolean isWarm() {
    return warm;
  }

  /** {@return whether this is closed, so that no thread waits any longer} */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Sets whether a warm-up found compiled code. */
  synchronized void set(boolean found) {
    warm = found;
    notifyAll();
  }

  /** Starts a thread that warms the model up, unless it is warm or such a thread runs. */
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

  /**
   * Returns whether the model became cold just before the work ended, so that it must start again.
   */
  private synchronized boolean isAskedAgain() {
    boolean asked = again && !warm && !closed;
    again = false;
    if (!asked) {
      worker = null;
    }
    return asked;
  }

  /**
   * Waits until the model is warm or closed, or the time has elapsed.
   *
   * @return whether it is warm
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  synchronized boolean await(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    long left = nanos;
    while (!warm && !closed && left > 0) {
      Duration rest = Duration.ofNanos(left).plusMillis(1);
      wait(rest.toMillis());
      left = nanos - (System.nanoTime() - start);
    }
    return warm;
  }

  /** Wakes all waiting threads, and ends the work at its next check. */
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
