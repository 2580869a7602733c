package org.staccato.users;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.ScorerPool;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
import org.staccato.snapshot.SnapshotRejectedException;
import org.staccato.snapshot.file.SnapshotReader;
import org.staccato.snapshot.file.SnapshotWriter;
import org.staccato.storage.Storage;
import org.staccato.users.items.ItemDictionary;
import org.staccato.users.items.Translations;
import org.staccato.users.replay.Rebuild;
import org.staccato.users.replay.TableVersion;
import org.staccato.users.table.Stripe;
import org.staccato.users.table.UserTable;

/**
 * The users of a live model: a table of their last events and of the states that the model has made
 * of them. Events and states are off-heap, an index is on the heap, and all are allocated once.
 *
 * <p>Events outlive versions: they are kept by the external keys of their items, 64-bit and textual
 * keys side by side. States do not: when a user is next used on another version, the state is made
 * anew from the events that are kept. A user of more events than are kept then has the state of the
 * last of them. Items that a version lacks are passed over, and count again on a version that has
 * them. On a version with keys of the other kind that are all items, since a 64-bit key and a text
 * are never the same item.
 *
 * <p>A user is a 64-bit key; {@link UserKeys} makes one of a text. When a stripe of the table is
 * full, its least recently used user is evicted.
 *
 * <p>Thread-safe; a thread that scores uses a {@link UserScorer}, its own or one that it borrows
 * from a {@link ScorerPool}. The events and the state of a user change together, under the lock of
 * one of 64 stripes. The creator of a table closes it. The model stays the caller's. After it is
 * closed, scorers and {@link #rebuild} throw {@link IllegalStateException}; all else still works,
 * so that a snapshot can be the last thing that a service does.
 */
public final class UserStates implements AutoCloseable {
  private final LiveModel live;
  private final UserStatesOptions options;
  private final ItemDictionary dictionary = new ItemDictionary();
  private final Translations translations;
  private final UserTable table;
  private final TableVersion version;
  private final UserRecords records;

  /** For the table's own use, so that publications leave no scorers behind. */
  private final ScorerPool<UserScorer> scorers = new ScorerPool<>(1, this::newScorer);

  private final Object snapshots = new Object();
  private final Object rebuilding = new Object();

  /** Made by the first call, guarded by {@link #rebuilding}. */
  private @Nullable Rebuild rebuild;

  private final LiveListener publications =
      new LiveListener() {
        @Override
        public void published(ModelVersion published) {
          if (!table.isClosed()) {
            makeRoomForStates();
          }
        }
      };

  /**
   * Allocates a table for the users of a model.
   *
   * @param live the model, which ranks items
   * @param options the size of the table
   * @throws IllegalStateException if the model does not rank items, takes attributes of events, or
   *     is closed
   * @throws OutOfMemoryError if there is too little native memory
   */
  public UserStates(LiveModel live, UserStatesOptions options) {
    live.version().specification().ranking(); // Throws if there is none.
    live.version().specification().requireItemsAlone();
    this.live = live;
    this.options = options;
    this.translations = new Translations(live, dictionary);
    try (Scorer scorer = live.newScorer()) {
      this.version = new TableVersion(translations, scorer);
    }
    this.table = new UserTable(options.capacity(), options.events(), options.preparedUsers());
    this.records = new UserRecords(table, dictionary, version);
    boolean complete = false;
    try {
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
    UserScorer scorer = scorers.borrow();
    try {
      scorer.acquire();
      scorer.makeRoom();
    } finally {
      scorers.giveBack(scorer);
    }
  }

  ItemDictionary dictionary() {
    return dictionary;
  }

  UserTable table() {
    return table;
  }

  Translations translations() {
    return translations;
  }

  TableVersion version() {
    return version;
  }

  /** {@return the size of the table} */
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
    table.requireOpen();
    return new UserScorer(this, live.newScorer());
  }

  /**
   * Looks for a user, which does not count as a use.
   *
   * @param user the key of the user
   * @return whether the user is in the table
   * @throws IllegalStateException if the table is closed
   */
  public boolean contains(long user) {
    Stripe stripe = table.stripe(user);
    synchronized (stripe) {
      table.requireOpen();
      return stripe.contains(user);
    }
  }

  /**
   * Deletes a user with all events, the state and the prepared sums.
   *
   * @param user the key of the user
   * @return whether the user was in the table
   * @throws IllegalStateException if the table is closed
   */
  public boolean forget(long user) {
    Stripe stripe = table.stripe(user);
    synchronized (stripe) {
      table.requireOpen();
      return stripe.remove(user);
    }
  }

  /**
   * Exports a user, which counts as a use.
   *
   * @param user the key of the user
   * @return the user, with the state if it is of the version that answers, or answered when the
   *     model was closed; empty if the user is not in the table
   * @throws IllegalStateException if the table is closed
   */
  public Optional<UserRecord> exportUser(long user) {
    return records.find(user);
  }

  /**
   * Imports a user, in place of the same user in the table, as the most recently used one. Of more
   * events than the table keeps, the last ones are kept; their items may be of no version. A state
   * of the version that answers is used as it is; otherwise the state is made from the events.
   *
   * @param user the user
   * @throws IllegalArgumentException if there are more than 2⁶² events in all, or the state is of
   *     the version, but of another size, or has values that no step gives; the table is then
   *     unchanged
   * @throws IllegalStateException if the table is closed, or there are too many items
   */
  public void importUser(UserRecord user) {
    records.put(user);
  }

  /**
   * Exports all users to an action, one after the other on the calling thread. No lock is held
   * while the action runs, so requests go on, and the action may use the table. A user who is in
   * the table all the time comes once; one who is removed or added meanwhile may come, and come
   * again. An exception of the action ends the call.
   *
   * @param action receives the users, in no order
   * @throws IllegalStateException if the table is closed
   */
  public void forEachUser(Consumer<? super UserRecord> action) {
    records.forEach(action);
  }

  /**
   * Replays the events of all users whose states are of another version than the one that answers,
   * many users at a time, on the calling thread; requests go on meanwhile. Without this call, a
   * state is made when its user is next used. One call runs at a time, and ends early when another
   * version is published.
   *
   * @return the number of states that were made
   * @throws IllegalStateException if the table or the model is closed
   */
  public long rebuild() {
    synchronized (rebuilding) {
      table.requireOpen();
      makeRoomForStates();
      Rebuild own = rebuild;
      if (own == null) {
        own = new Rebuild(table, translations, live.newBatchScorer(Rebuild.BATCH));
        rebuild = own;
      }
      return own.run();
    }
  }

  /**
   * Writes all users to a file, which replaces the one at its path once it is complete and on the
   * disk. Requests go on meanwhile: each user is written as at one moment, but not all users as at
   * the same. Works after the model is closed, and then keeps the states of the version that
   * answered last. Files that a killed writer has left beside the path are deleted, so only one
   * table at a time may write to a path.
   *
   * @param path the file
   * @throws IOException if it cannot be written; the earlier file is then still there, except if
   *     the message says otherwise
   * @throws IllegalStateException if the table is closed
   */
  public void writeSnapshot(Path path) throws IOException {
    writeSnapshot(path, Storage.DISK);
  }

  void writeSnapshot(Path path, Storage storage) throws IOException {
    synchronized (snapshots) {
      table.requireOpen();
      new SnapshotWriter(table, dictionary, version.newStoredUser(options.events()), storage)
          .write(path);
    }
  }

  /**
   * Reads a table from a snapshot. States are kept if they are of the version that answers;
   * otherwise they are made anew when their users are next used.
   *
   * @param path the file
   * @param live the model, whose items may have keys of another kind than those of the snapshot
   * @param options the size of the table; of more users than fit, the most recently used are kept,
   *     and of more events of a user, the last
   * @return the table, owned by the caller
   * @throws SnapshotRejectedException if the file is not a complete snapshot, or of another format
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public static UserStates restore(Path path, LiveModel live, UserStatesOptions options)
      throws IOException {
    try (SnapshotReader reader = new SnapshotReader(path, UserStatesOptions.EVENTS_LIMIT)) {
      UserStates users = new UserStates(live, options);
      boolean complete = false;
      try {
        reader.restore(users.table, users.dictionary);
        complete = true;
        return users;
      } finally {
        if (!complete) {
          users.close();
        }
      }
    }
  }

  /** {@return the counts of the table at this moment} */
  public UserStatesGauges gauges() {
    long users = 0;
    long evictions = 0;
    long bytes = 0;
    for (Stripe stripe : table.stripes()) {
      synchronized (stripe) {
        users += stripe.size();
        evictions += stripe.evictions();
        bytes += table.isClosed() ? 0 : stripe.bytes();
      }
    }
    return new UserStatesGauges(
        users,
        options.capacity(),
        evictions,
        table.rebuilds(),
        dictionary.size(),
        dictionary.unknown(),
        bytes);
  }

  /**
   * Frees the memory. Calls that are under way end with an exception; a second call does nothing.
   */
  @Override
  public synchronized void close() {
    live.removePreparation(translations);
    live.removeListener(translations);
    live.removeListener(publications);
    table.close();
    scorers.close();
    // Waits until a rebuild has noticed.
    synchronized (rebuilding) {
      if (rebuild != null) {
        rebuild.close();
        rebuild = null;
      }
    }
  }
}
