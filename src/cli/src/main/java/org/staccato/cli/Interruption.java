package org.staccato.cli;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a signal that ends the JVM, such as Ctrl-C or SIGTERM. Work that has something to
 * save is interrupted, and the JVM ends when it has saved it; otherwise a sentence is said.
 *
 * <p>Belongs to the thread that made it; the signal comes on a thread of its own.
 */
final class Interruption implements AutoCloseable {
  private final Console console;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::signalled, "staccato-interruption");

  /** What to say if nothing is at work that has something to save. Guarded by this. */
  private @Nullable String sentence;

  private boolean saving;
  private boolean interruptible;
  private boolean signalled;

  Interruption(Console console) {
    this.console = console;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** From now on, a signal ends the JVM at once, with a sentence. */
  synchronized void say(String what) {
    sentence = "interrupted " + what;
    saving = false;
    interruptible = false;
  }

  /** From now on, a signal interrupts the thread, and the JVM waits for {@link #close}. */
  synchronized void interruptAndWait() throws InterruptedException {
    saving = true;
    interruptible = true;
    if (signalled) {
      throw new InterruptedException();
    }
  }

  /**
   * From now on, nothing interrupts the thread, and after a signal the JVM waits for {@link
   * #close}: what is written is written to its end.
   */
  synchronized void onlyWait() {
    interruptible = false;
    Thread.interrupted(); // A signal may have come when the work was already done.
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
      // The hook has run or runs.
    }
  }
}
