package org.staccato.users.replay;

import java.util.Arrays;
import java.util.Comparator;
import org.staccato.AcquiredVersion;
import org.staccato.BatchScorer;
import org.staccato.UserState;
import org.staccato.users.items.Translation;
import org.staccato.users.items.Translations;
import org.staccato.users.table.Stripe;
import org.staccato.users.table.UserTable;
import org.staccato.users.table.VersionTag;

/**
 * Replays the events of all users whose states are of another version, a batch of users at a time.
 * A stripe is locked while events are read and states are stored, not in between; a user who has
 * changed meanwhile is left alone. Used by one thread at a time.
 */
public final class Rebuild implements AutoCloseable {

  /** The users of a batch. */
  public static final int BATCH = 64;

  /** The slots that are scanned under one lock: some ten microseconds. */
  private static final int SCAN = 1024;

  private final UserTable table;
  private final Translations translations;
  private final BatchScorer batch;
  private final Replay[] replays = new Replay[BATCH];
  private final UserState[] states = new UserState[BATCH];
  private final int[] items = new int[BATCH];
  private int count;

  /** A user whose events are replayed. */
  private static final class Replay {
    final int[] items;
    final UserState state;
    int slot;
    long user;
    int edition;
    int length;

    Replay(int events, UserState state) {
      this.items = new int[events];
      this.state = state;
    }
  }

  /**
   * Allocates a batch of states.
   *
   * @param table the users
   * @param translations the items of the versions
   * @param batch a scorer of at least {@link #BATCH} users, owned by this object
   * @throws IllegalStateException if the model is closed
   */
  public Rebuild(UserTable table, Translations translations, BatchScorer batch) {
    this.table = table;
    this.translations = translations;
    this.batch = batch;
    for (int i = 0; i < BATCH; i++) {
      replays[i] = new Replay(table.events(), batch.newState());
    }
  }

  /**
   * Makes the states of the version that answers at the beginning. Ends early when another version
   * is published, whose publisher may call again.
   *
   * @return the number of states that were made
   * @throws IllegalStateException if the table or the model is closed
   */
  public long run() {
    long made = 0;
    Translation translation = begin();
    long versionTag = VersionTag.of(translation.digest());
    for (Stripe stripe : table.stripes()) {
      int next = 0;
      while (next != Stripe.NONE) {
        // A version is held for one batch only, so that it can be retired.
        try (AcquiredVersion acquired = batch.acquire()) {
          if (!acquired.version().digest().equals(translation.digest())) {
            return made;
          }
          next = readBatch(stripe, next, translation, versionTag);
          replay();
          synchronized (stripe) {
            table.requireOpen();
            made += store(stripe, versionTag);
          }
        }
      }
    }
    return made;
  }

  /** Turns to the version that answers now. */
  private Translation begin() {
    try (AcquiredVersion acquired = batch.acquire()) {
      for (Replay replay : replays) {
        batch.reset(replay.state);
      }
      return translations.of(acquired.version(), acquired.itemKeys());
    }
  }

  /** Reads the next users to replay, and returns the slot to continue from. */
  private int readBatch(Stripe stripe, int from, Translation translation, long versionTag) {
    int next = from;
    count = 0;
    synchronized (stripe) {
      table.requireOpen();
      if (!translations.isCurrent(translation.digest())) {
        return Stripe.NONE;
      }
      stripe.resize(replays[0].state.byteSize());
      int to = Math.min(from + SCAN, stripe.limit());
      while (count < BATCH && next < to) {
        if (stripe.holds(next) && stripe.versionTag(next) != versionTag) {
          read(stripe, next, translation, replays[count++]);
        }
        next++;
      }
      return next < stripe.limit() ? next : Stripe.NONE;
    }
  }

  private static void read(Stripe stripe, int slot, Translation translation, Replay replay) {
    replay.slot = slot;
    replay.user = stripe.user(slot);
    replay.edition = stripe.edition(slot);
    replay.length = StateReplay.readEvents(stripe, slot, translation, replay.items);
  }

  private void replay() {
    // The longest first, so that the users with further events are always the first ones.
    Arrays.sort(replays, 0, count, Comparator.comparingInt((Replay replay) -> -replay.length));
    for (int i = 0; i < count; i++) {
      replays[i].state.reset();
      states[i] = replays[i].state;
    }
    int active = count;
    for (int place = 0; active > 0; place++) {
      while (active > 0 && replays[active - 1].length <= place) {
        active--;
      }
      for (int i = 0; i < active; i++) {
        items[i] = replays[i].items[place];
      }
      if (active > 0) {
        batch.step(states, items, active);
      }
    }
  }

  private long store(Stripe stripe, long versionTag) {
    if (stripe.stateBytes() != replays[0].state.byteSize()) {
      return 0;
    }
    long made = 0;
    for (int i = 0; i < count; i++) {
      Replay replay = replays[i];
      if (stripe.isUnchanged(replay.user, replay.slot, replay.edition)) {
        stripe.storeState(replay.slot, replay.state, versionTag);
        table.countRebuild();
        made++;
      }
    }
    return made;
  }

  @Override
  public void close() {
    batch.close();
  }
}
