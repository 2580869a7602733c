package org.staccato.cli;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Handles a signal that ends the JVM, such as Ctrl-C or SIGTERM. Work that can save a result is
 * interrupted, and the JVM ends after the result is saved; otherwise a sentence is printed.
 *
 * <p>An object belongs to the thread that created it; a signal arrives on another thread.
 */
final class Interruption implements AutoCloseable {
  private final Console console;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::signalled, "staccato-interruption");

  /** The sentence to print while no work with a result to save is running. Guarded by this. */
  private @Nullable String sentence;

  private boolean saving;
  private boolean interruptible;
  private boolean signalled;

  Interruption(Console console) {
    this.console = console;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Lets a signal end the JVM at once, after a sentence. */
  synchronized void say(String what) {
    sentence = "interrupted " + what;
    saving = false;
    interruptible = false;
  }

  /** Lets a signal interrupt the thread; the JVM then waits for {@link #close}. */
  synchronized void interruptAndWait() throws InterruptedException {
    saving = true;
    interruptible = true;
    if (signalled) {
      throw new InterruptedException();
    }
  }

  /**
   * Lets a signal no longer interrupt the thread; the JVM still waits for {@link #close}, so that a
   * file is written to its end.
   */
  synchronized void onlyWait() {
    interruptible = false;
    Thread.interrupted(); // A signal may have arrived after the work was done.
  }

  /** {@return whether a signal is about to end the JVM} */
  synchronized boolean happened() {
    return signalled;
  }

  private void signalled() {
    synchronized (this) {
      signalled = true;
      if (!saving) {
        if (sentence != null) {
          console.remark("staccato: " + sentence);
        }
        return;
      }
      if (interruptible) {
        worker.interrupt();
      }
    }
    try {
      closed.await();
    } catch (InterruptedException nobodyInterruptsAHook) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The hook has run or is running.
    }
  }
}
