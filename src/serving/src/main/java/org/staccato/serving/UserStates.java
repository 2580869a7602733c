package org.staccato.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.format.ItemKeys;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
import org.staccato.serving.ItemDictionary.Translation;
import org.staccato.storage.Storage;

/**
 * The users of a live model: for each the last events and the state that the model has made of
 * them, off-heap, and an index on the heap, all allocated once.
 *
 * <p>Events outlive versions: they are kept by their items' external keys, 64-bit and textual ones
 * side by side. A state does not: when a user is next touched on another version, the state is made
 * anew from the events that are kept. A user of more events than are kept then has the state of the
 * last of them. Items that a version lacks are passed over, and come back with a version that has
 * them. To a version with keys of the other kind all items are such, since a 64-bit key and a text
 * are never the same item.
 *
 * <p>A user is a 64-bit key; for textual ones, hash them to 64 bits. When the table is full, the
 * user of the same stripe who was least recently used makes room.
 *
 * <p>Thread-safe; each thread takes a {@link UserScorer} of its own. A user's events and state
 * change together, under the lock of one of {@value #STRIPES} stripes. Whoever creates a table
 * closes it, before the model; the model stays the caller's.
 */
public final class UserStates implements AutoCloseable {
  static final int STRIPES = 64;

  /** The most users of a table. */
  public static final int CAPACITY_LIMIT = 1 << 30;

  /** The most events that are kept of a user. */
  public static final int EVENTS_LIMIT = 1 << 16;

  /** Stripes are larger than their share, by so many standard deviations of how hashes fall. */
  private static final int SPREAD = 5;

  private final LiveModel live;
  private final int capacity;
  private final int events;
  private final ItemDictionary dictionary = new ItemDictionary();
  private final Stripe[] stripes = new Stripe[STRIPES];
  private final AtomicLong rebuilds = new AtomicLong();

  /** The first request on a version finds its items translated. */
  private final LiveListener listener =
      new LiveListener() {
        @Override
        public void published(ModelVersion version) {
          if (!closed) {
            translateCurrent();
          }
        }
      };

  private volatile @Nullable Translation latest;
  private volatile boolean closed;

  /**
   * Allocates a table for the users of a model.
   *
   * @param live the model, which ranks items and outlives the table
   * @param capacity how many users surely fit, 1 to {@link #CAPACITY_LIMIT}; a few more may
   * @param events how many events are kept of each, 1 to {@link #EVENTS_LIMIT}
   * @throws IllegalArgumentException if a number is out of range
   * @throws IllegalStateException if the model does not rank items or is closed
   * @throws OutOfMemoryError if there is not so much native memory
   */
  public UserStates(LiveModel live, int capacity, int events) {
    if (capacity < 1 || capacity > CAPACITY_LIMIT || events < 1 || events > EVENTS_LIMIT) {
      throw new IllegalArgumentException(
          "user table: found "
              + capacity
              + " users of "
              + events
              + " events, expected 1 to "
              + CAPACITY_LIMIT
              + " of 1 to "
              + EVENTS_LIMIT);
    }
    this.live = live;
    this.capacity = capacity;
    this.events = events;
    int share = Math.ceilDiv(capacity, STRIPES);
    int room = share + SPREAD * (int) Math.ceil(Math.sqrt(share));
    boolean complete = false;
    try {
      for (int i = 0; i < STRIPES; i++) {
        stripes[i] = new Stripe(Math.min(room, capacity), events);
      }
      complete = true;
    } finally {
      if (!complete) {
        closeStripes();
      }
    }
    boolean translated = false;
    try {
      live.addListener(listener);
      long stateBytes = translateCurrent();
      for (Stripe stripe : stripes) {
        stripe.resize(stateBytes, 0);
      }
      translated = true;
    } finally {
      if (!translated) {
        close();
      }
    }
  }

  /** One at a time, so that the last one to run has the version published last. */
  private long translateCurrent() {
    synchronized (listener) {
      Scorer scorer = live.newScorer();
      ModelVersion version = scorer.acquire();
      try {
        latest = dictionary.translate(version.digest(), scorer.items(), true);
        return scorer.newState().byteSize();
      } finally {
        scorer.release();
      }
    }
  }

  /** The translation for a version: the latest, the one given, or else a new one. */
  Translation translation(ModelVersion version, ItemKeys keys, @Nullable Translation own) {
    Translation found = latest;
    if (found != null && found.digest().equals(version.digest())) {
      return found;
    }
    return own != null && own.digest().equals(version.digest())
        ? own
        : dictionary.translate(version.digest(), keys, false);
  }

  ItemDictionary dictionary() {
    return dictionary;
  }

  Stripe stripe(long user) {
    return stripes[stripeOf(user)];
  }

  /**
   * The place of a user's stripe: the upper bits of the hash, of which there are {@value #STRIPES}.
   */
  static int stripeOf(long user) {
    return (int) (hash(user) >>> 58);
  }

  Stripe[] stripes() {
    return stripes;
  }

  /** Spreads keys that follow each other (the finaliser of MurmurHash3, Austin Appleby). */
  private static long hash(long key) {
    long mixed = (key ^ (key >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }

  /** {@return how many events are kept of each user} */
  public int events() {
    return events;
  }

  /** {@return how many users surely fit} */
  public int capacity() {
    return capacity;
  }

  /**
   * Creates a scorer for the use of one thread.
   *
   * @return a scorer, valid while the table and the model are open
   * @throws IllegalStateException if the table or the model is closed
   */
  public UserScorer newScorer() {
    requireOpen();
    return new UserScorer(this, live.newScorer());
  }

  /**
   * Looks whether a user is in the table, who does not count as used by that.
   *
   * @param user the key of the user
   * @return whether the user is
   * @throws IllegalStateException if the table is closed
   */
  public boolean contains(long user) {
    Stripe stripe = stripe(user);
    synchronized (stripe) {
      requireOpen();
      return stripe.contains(user);
    }
  }

  /**
   * Removes a user.
   *
   * @param user the key of the user
   * @return whether the user was there
   * @throws IllegalStateException if the table is closed
   */
  public boolean forget(long user) {
    Stripe stripe = stripe(user);
    synchronized (stripe) {
      requireOpen();
      return stripe.remove(user);
    }
  }

  /**
   * Makes the states of all users that are of another version than the one that answers now, many
   * at a time, on the calling thread; requests go on meanwhile. Nobody has to call this: a state is
   * made in any case when its user is next touched.
   *
   * @return how many states were made
   * @throws IllegalStateException if the table or the model is closed
   */
  public long rebuild() {
    requireOpen();
    return new Rebuild(this, live).run();
  }

  void countRebuild() {
    rebuilds.incrementAndGet();
  }

  /**
   * Writes all users to a file, which replaces the one at its path once it is complete and on the
   * disk; requests go on meanwhile. What a writer left behind that was killed is deleted, so one
   * table at a time may write to a path. Each user is written as at one moment, not all as at the
   * same.
   *
   * @param path the file
   * @throws IOException if it cannot be written; what was there before is then still there, unless
   *     the message says otherwise
   * @throws IllegalStateException if the table or the model is closed
   */
  public void writeSnapshot(Path path) throws IOException {
    requireOpen();
    synchronized (rebuilds) {
      new SnapshotWriter(this, live, Storage.DISK).write(path);
    }
  }

  /**
   * Reads a table from a snapshot. States are kept if they are of the version that the model
   * serves, and otherwise made anew when their users are touched.
   *
   * @param path the file
   * @param live the model, with item keys of either kind, whatever the snapshot's
   * @param capacity how many users surely fit; if there are more in the file, the most recently
   *     used are kept
   * @return the table, owned by the caller
   * @throws SnapshotRejectedException if the file is not a whole snapshot, or of another format
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the capacity is out of range
   */
  public static UserStates restore(Path path, LiveModel live, int capacity) throws IOException {
    return SnapshotReader.read(path, live, capacity);
  }

  /** {@return what the table holds at the moment} */
  public UserStatesGauges gauges() {
    long users = 0;
    long evictions = 0;
    long bytes = 0;
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        users += stripe.size();
        evictions += stripe.evictions();
        bytes += closed ? 0 : stripe.bytes();
      }
    }
    return new UserStatesGauges(
        users, capacity, evictions, rebuilds.get(), dictionary.size(), bytes);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the user table is closed");
    }
  }

  private void closeStripes() {
    for (Stripe stripe : stripes) {
      if (stripe != null) {
        synchronized (stripe) {
          stripe.close();
        }
      }
    }
  }

  /** Frees the memory; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      live.removeListener(listener);
      closeStripes();
    }
  }
}
