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
 * Tells listeners what happens, one event after the other. Events are noted where they happen,
 * under whatever lock orders them, and told after it is released: a listener may call everything,
 * also what takes that lock. One thread at a time tells; others leave it their events.
 */
public final class Listeners {
  private static final Logger LOGGER = System.getLogger("org.staccato");

  private final List<LiveListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<LiveListener>> events = new ConcurrentLinkedQueue<>();

  /** The events that were noted and not yet told; the thread that raises it from 0 tells. */
  private final AtomicInteger requests = new AtomicInteger();

  /** Creates a list that holds nobody. */
  public Listeners() {}

  /**
   * Adds a listener.
   *
   * @param listener the listener, which hears of the events that are told from now on
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
   * Notes an event, which is told by the next {@link #tell}.
   *
   * @param event calls the method of a listener
   */
  public void note(Consumer<LiveListener> event) {
    events.add(event);
  }

  /**
   * Tells all events that were noted, unless another thread, or a caller of this one, does so
   * already and goes on with these. The calling thread holds no lock that a listener may want.
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

  /** One listener's failure, an error included, is no other's. */
  private void tell(Consumer<LiveListener> event) {
    for (LiveListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        log(LOGGER, Level.ERROR, () -> listener.getClass().getName() + ": threw " + e, e);
      }
    }
  }

  /** Logs a failure; that this fails as well, for want of memory perhaps, keeps nothing else up. */
  static void log(Logger logger, Level level, Supplier<String> message, Throwable failure) {
    try {
      logger.log(level, message, failure);
    } catch (RuntimeException | Error unlogged) {
      // There is nobody else to tell.
    }
  }
}
