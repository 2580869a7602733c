package org.staccato.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.ScorerPool;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
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
 * <p>Thread-safe; a thread that scores takes a {@link UserScorer}, or borrows one from a {@link
 * ScorerPool}. A user's events and state change together, under the lock of one of {@value
 * #STRIPES} stripes. The creator of a table closes it, before the model; the model stays the
 * caller's.
 */
public final class UserStates implements AutoCloseable {
  static final int STRIPES = 64;

  /** Stripes are larger than their share, by so many standard deviations of how hashes fall. */
  private static final int SPREAD = 5;

  private final LiveModel live;
  private final UserStatesOptions options;
  private final ItemDictionary dictionary = new ItemDictionary();
  private final Translations translations;
  private final Stripe[] stripes = new Stripe[STRIPES];
  private final UserRecords records = new UserRecords(this);
  private final AtomicLong rebuilds = new AtomicLong();

  /** For the table's own use, so that snapshots leave no scorers behind. */
  private final ScorerPool<UserScorer> scorers = new ScorerPool<>(1, this::newScorer);

  private final Object snapshots = new Object();
  private final Object rebuilding = new Object();

  /** Made by the first call, guarded by {@link #rebuilding}. */
  private @Nullable Rebuild rebuild;

  private final LiveListener publications =
      new LiveListener() {
        @Override
        public void published(ModelVersion version) {
          if (!closed) {
            makeRoomForStates();
          }
        }
      };

  private volatile boolean closed;

  /**
   * Allocates a table for the users of a model.
   *
   * @param live the model, which ranks items and outlives the table
   * @param options how large the table is
   * @throws IllegalStateException if the model does not rank items or is closed
   * @throws OutOfMemoryError if there is not so much native memory
   */
  public UserStates(LiveModel live, UserStatesOptions options) {
    this.live = live;
    this.options = options;
    this.translations = new Translations(live, dictionary);
    int share = Math.ceilDiv(options.capacity(), STRIPES);
    int room = share + SPREAD * (int) Math.ceil(Math.sqrt(share));
    int prepared = Math.ceilDiv(options.preparedUsers(), STRIPES);
    boolean complete = false;
    try {
      for (int i = 0; i < STRIPES; i++) {
        stripes[i] = new Stripe(Math.min(room, options.capacity()), options.events(), prepared);
      }
      live.addListener(translations);
      live.addPreparation(translations);
      makeRoomForStates();
      live.addListener(publications);
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /** Makes room for the states of the current version, before most requests need it. */
  private void makeRoomForStates() {
    long bytes;
    Translation translation;
    UserScorer scorer = scorers.borrow();
    try {
      translation = translations.of(scorer.acquire(), scorer.items());
      bytes = scorer.stateBytes();
    } finally {
      scorers.giveBack(scorer);
    }
    for (Stripe stripe : stripes) {
      if (needsRoom(stripe, bytes, translation)) {
        replaceStates(stripe, stripe.allocateStates(bytes), translation);
      }
    }
  }

  private boolean needsRoom(Stripe stripe, long bytes, Translation translation) {
    synchronized (stripe) {
      return !closed && stripe.stateBytes() != bytes && isCurrent(translation);
    }
  }

  private void replaceStates(Stripe stripe, Stripe.States next, Translation translation) {
    synchronized (stripe) {
      if (needsRoom(stripe, next.bytes(), translation)) {
        stripe.useStates(next);
        return;
      }
    }
    // A request was faster, or another version.
    next.arena().close();
  }

  Translations translations() {
    return translations;
  }

  /** Whether a translation is of the version that was published last. */
  boolean isCurrent(Translation translation) {
    return translation.digest().equals(live.version().digest());
  }

  ScorerPool<UserScorer> scorers() {
    return scorers;
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
    return (int) (KeyTable.mix(user) >>> 58);
  }

  Stripe[] stripes() {
    return stripes;
  }

  /** {@return how large the table is} */
  public UserStatesOptions options() {
    return options;
  }

  /**
   * Creates a scorer for the use of one thread at a time. A {@link ScorerPool} of {@code
   * users::newScorer} lends scorers to any number of threads.
   *
   * @return a scorer, valid while the table and the model are open, owned by the caller
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
   * Removes a user, and all that the table knows of them.
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
   * Exports a user, who counts as used by that.
   *
   * @param user the key of the user
   * @return what the table knows of the user, empty if the user is not there
   * @throws IllegalStateException if the table is closed
   */
  public Optional<UserRecord> exportUser(long user) {
    return records.find(user);
  }

  /**
   * Imports a user, in place of what the table knows of the same. Of more events than the table
   * keeps, the last ones are kept; items need not be of any version.
   *
   * @param user the user
   * @throws IllegalArgumentException if there are more than 2⁶² events in all
   * @throws IllegalStateException if the table is closed, or there are too many items
   */
  public void importUser(UserRecord user) {
    records.put(user);
  }

  /**
   * Hands each user to an action, on the calling thread and without a lock, so that requests go on,
   * and the action may use the table. A user who is there from the beginning to the end comes once;
   * one who is removed or added meanwhile may come, and come again. What the action throws ends
   * this.
   *
   * @param action receives the users, in no order
   * @throws IllegalStateException if the table is closed
   */
  public void forEachUser(Consumer<? super UserRecord> action) {
    records.forEach(action);
  }

  /**
   * Makes the states of all users that are of another version than the one that answers now, many
   * at a time, on the calling thread; requests go on meanwhile. Nobody has to call this: a state is
   * made in any case when its user is next touched. One call runs at a time, and ends early when
   * another version is published.
   *
   * @return how many states were made
   * @throws IllegalStateException if the table or the model is closed
   */
  public long rebuild() {
    synchronized (rebuilding) {
      requireOpen();
      Rebuild own = rebuild;
      if (own == null) {
        own = new Rebuild(this, live);
        rebuild = own;
      }
      return own.run();
    }
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
    writeSnapshot(path, Storage.DISK);
  }

  void writeSnapshot(Path path, Storage storage) throws IOException {
    synchronized (snapshots) {
      requireOpen();
      SnapshotWriter writer;
      UserScorer scorer = scorers.borrow();
      try {
        scorer.acquire();
        writer = new SnapshotWriter(this, scorer, storage);
      } finally {
        scorers.giveBack(scorer);
      }
      writer.write(path);
    }
  }

  /**
   * Reads a table from a snapshot. States are kept if they are of the version that the model
   * serves, and otherwise made anew when their users are touched.
   *
   * @param path the file
   * @param live the model, with item keys of either kind, whatever the snapshot's
   * @param options how large the table is to be; of more users than fit, the most recently used are
   *     kept, and of more events of a user, the last
   * @return the table, owned by the caller
   * @throws SnapshotRejectedException if the file is not a whole snapshot, or of another format
   * @throws IOException if the file cannot be read
   */
  public static UserStates restore(Path path, LiveModel live, UserStatesOptions options)
      throws IOException {
    return SnapshotReader.read(path, live, options);
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
        users, options.capacity(), evictions, rebuilds.get(), dictionary.size(), bytes);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the user table is closed");
    }
  }

  /** Frees the memory; calls under way end with an exception. A second call does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    live.removePreparation(translations);
    live.removeListener(translations);
    live.removeListener(publications);
    scorers.close();
    // Not before a replay under way has noticed.
    synchronized (rebuilding) {
      if (rebuild != null) {
        rebuild.close();
        rebuild = null;
      }
    }
    for (Stripe stripe : stripes) {
      if (stripe != null) {
        synchronized (stripe) {
          stripe.close();
        }
      }
    }
  }
}
