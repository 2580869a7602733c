package org.staccato.users.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.staccato.users.items.KeyHash;

/**
 * The users of a table in {@value #STRIPES} stripes, each with a lock of its own: its monitor. A
 * thread that has a stripe's lock calls {@link #requireOpen} before it touches the stripe.
 * Thread-safe.
 */
public final class UserTable implements AutoCloseable {

  /** The number of stripes. */
  public static final int STRIPES = 64;

  /** The shift that leaves as many bits of a hash as name a stripe. */
  private static final int STRIPE_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(STRIPES);

  /** The extra room of a stripe, in standard deviations of the number of its users. */
  private static final int SPREAD = 5;

  private final int events;
  private final List<Stripe> stripes;
  private final AtomicLong rebuilds = new AtomicLong();
  private volatile boolean closed;

  /**
   * Allocates the slots.
   *
   * @param capacity the number of users that fit
   * @param events the number of events that are kept of a user
   * @param preparedUsers the number of users whose prepared states are kept
   * @throws OutOfMemoryError if there is too little native memory
   */
  public UserTable(int capacity, int events, int preparedUsers) {
    this.events = events;
    int share = Math.ceilDiv(capacity, STRIPES);
    int room = Math.min(capacity, share + SPREAD * (int) Math.ceil(Math.sqrt(share)));
    int prepared = Math.ceilDiv(preparedUsers, STRIPES);
    List<Stripe> all = new ArrayList<>();
    boolean complete = false;
    try {
      for (int i = 0; i < STRIPES; i++) {
        all.add(new Stripe(room, events, prepared));
      }
      complete = true;
    } finally {
      if (!complete) {
        all.forEach(Stripe::close);
      }
    }
    this.stripes = Collections.unmodifiableList(all);
  }

  /** {@return the most events that are kept of a user} */
  public int events() {
    return events;
  }

  /** {@return the stripes} */
  public List<Stripe> stripes() {
    return stripes;
  }

  /**
   * Returns the stripe of a user, whether or not the user is in it.
   *
   * @param user the key of the user
   * @return the stripe
   */
  public Stripe stripe(long user) {
    return stripes.get(stripeOf(user));
  }

  /**
   * Returns the place of a user's stripe.
   *
   * @param user the key of the user
   * @return the place among {@link #stripes}
   */
  public static int stripeOf(long user) {
    return (int) (KeyHash.mix(user) >>> STRIPE_SHIFT);
  }

  /**
   * Makes room for states of a size in all stripes that have states of another size, which are
   * dropped. The memory is allocated while no lock is held, so that requests go on.
   *
   * @param stateBytes the bytes of a state
   * @param wanted tells, under the lock of a stripe, whether the room is still wanted
   * @throws OutOfMemoryError if there is too little native memory
   */
  public void makeRoom(long stateBytes, BooleanSupplier wanted) {
    for (Stripe stripe : stripes) {
      if (needsRoom(stripe, stateBytes, wanted)) {
        useRoom(stripe, stripe.allocateStates(stateBytes), wanted);
      }
    }
  }

  private boolean needsRoom(Stripe stripe, long stateBytes, BooleanSupplier wanted) {
    synchronized (stripe) {
      return !closed && stripe.stateBytes() != stateBytes && wanted.getAsBoolean();
    }
  }

  private void useRoom(Stripe stripe, StateMemory next, BooleanSupplier wanted) {
    synchronized (stripe) {
      if (needsRoom(stripe, next.stateBytes(), wanted)) {
        stripe.useStates(next);
        return;
      }
    }
    // A request was faster, or another version.
    next.close();
  }

  /** Counts a state that was made by a replay of events. */
  public void countRebuild() {
    rebuilds.incrementAndGet();
  }

  /** {@return the number of states that were made by a replay of events} */
  public long rebuilds() {
    return rebuilds.get();
  }

  /** {@return whether the table is closed} */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Checks that the table is open, and for a caller with the lock of a stripe, that it remains so.
   *
   * @throws IllegalStateException if the table is closed
   */
  public void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the user table is closed");
    }
  }

  /** Frees the memory, after the calls that hold a lock. A second call does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.close();
      }
    }
  }
}
