package org.staccato.swap;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.staccato.live.LiveListener;

/**
 * Passes events to listeners, one after the other. The code that causes an event notes it, under
 * the lock that orders the events, and tells it after it has released the lock: a listener may call
 * all methods, also those that take that lock. One thread at a time tells events; other threads
 * leave theirs to it.
 */
public final class Listeners {
  private static final Logger LOGGER = System.getLogger("org.staccato");

  private final List<LiveListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<LiveListener>> events = new ConcurrentLinkedQueue<>();

  /** The events that were noted and not yet told; the thread that raises it from 0 tells. */
  private final AtomicInteger requests = new AtomicInteger();

  /** Creates a list without listeners. */
  public Listeners() {}

  /**
   * Adds a listener.
   *
   * @param listener the listener, which receives all events that are told later
   */
  public void add(LiveListener listener) {
    listeners.add(listener);
  }

  /**
   * Removes a listener.
   *
   * @param listener a listener that was added
   */
  public void remove(LiveListener listener) {
    listeners.remove(listener);
  }

  /**
   * Notes an event; the next {@link #tell} tells it.
   *
   * @param event calls the method of a listener
   */
  public void note(Consumer<LiveListener> event) {
    events.add(event);
  }

  /**
   * Tells all events that were noted, unless another thread, or a caller of this method, is telling
   * events already; that one then tells these too. The calling thread must not hold a lock that a
   * listener may take.
   */
  public void tell() {
    int seen = 1;
    if (requests.getAndIncrement() != 0) {
      return;
    }
    while (seen != 0) {
      Consumer<LiveListener> event = events.poll();
      while (event != null) {
        tell(event);
        event = events.poll();
      }
      seen = requests.addAndGet(-seen);
    }
  }

  /**
   * Tells an event to all listeners; the failure of one listener, an error included, does not
   * affect the others.
   */
  private void tell(Consumer<LiveListener> event) {
    for (LiveListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        log(LOGGER, Level.ERROR, () -> listener.getClass().getName() + ": threw " + e, e);
      }
    }
  }

  /** Logs a failure, and ignores a failure of the log itself, such as too little memory. */
  static void log(Logger logger, Level level, Supplier<String> message, Throwable failure) {
    try {
      logger.log(level, message, failure);
    } catch (RuntimeException | Error unlogged) {
      // The log is the only place to report it.
    }
  }
}
