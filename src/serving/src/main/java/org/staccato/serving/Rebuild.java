package org.staccato.serving;

import java.util.Arrays;
import java.util.Comparator;
import org.staccato.BatchScorer;
import org.staccato.LiveModel;
import org.staccato.UserState;
import org.staccato.live.ModelVersion;

/**
 * Replays the events of users whose states are of another version, a batch of them at a time. A
 * stripe is locked to read the events and to store the states, not in between; a user who has
 * changed meanwhile is left alone. For one thread at a time.
 */
final class Rebuild implements AutoCloseable {
  private static final int BATCH = 64;

  /** The slots that are looked at under one lock: some ten microseconds. */
  private static final int SCAN = 1024;

  private final UserStates users;
  private final BatchScorer batch;
  private final Replay[] replays = new Replay[BATCH];
  private final UserState[] states = new UserState[BATCH];
  private final int[] items = new int[BATCH];
  private int count;

  /** A user whose events are being replayed. */
  private static final class Replay {
    final int[] items;
    int slot;
    long user;
    int edition;
    int length;
    final UserState state;

    Replay(int events, UserState state) {
      this.items = new int[events];
      this.state = state;
    }
  }

  Rebuild(UserStates users, LiveModel live) {
    this.users = users;
    this.batch = live.newBatchScorer(BATCH);
    for (int i = 0; i < BATCH; i++) {
      replays[i] = new Replay(users.options().events(), batch.newState());
    }
  }

  /**
   * Makes the states of the version that answers when it begins, unless another is published.
   *
   * @return how many were made
   */
  long run() {
    long made = 0;
    Translation translation = begin();
    for (Stripe stripe : users.stripes()) {
      int next = 0;
      while (next != Stripe.NONE) {
        // A version is held for a batch only, and another one than at first ends the work: its
        // publisher may call again.
        ModelVersion version = batch.acquire();
        try {
          if (!version.digest().equals(translation.digest())) {
            return made;
          }
          next = readBatch(stripe, next, translation);
          replay(count);
          synchronized (stripe) {
            users.requireOpen();
            made += store(stripe, translation);
          }
        } finally {
          batch.release();
        }
      }
    }
    return made;
  }

  /** Turns to the version that answers now. */
  private Translation begin() {
    ModelVersion version = batch.acquire();
    try {
      for (Replay replay : replays) {
        batch.reset(replay.state);
      }
      return users.translations().of(version, batch.items());
    } finally {
      batch.release();
    }
  }

  /** Reads the next users to replay, and returns the slot to go on with. */
  private int readBatch(Stripe stripe, int from, Translation translation) {
    int next = from;
    count = 0;
    synchronized (stripe) {
      users.requireOpen();
      if (!users.isCurrent(translation)) {
        return Stripe.NONE;
      }
      stripe.resize(replays[0].state.byteSize());
      int to = Math.min(from + SCAN, stripe.limit());
      while (count < BATCH && next < to) {
        if (stripe.holds(next) && stripe.version(next) != translation.version()) {
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

  private void replay(int count) {
    // The longest first, so that those who have further events are always the first ones.
    Arrays.sort(replays, 0, count, Comparator.comparingInt((Replay r) -> -r.length));
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

  private long store(Stripe stripe, Translation translation) {
    if (stripe.stateBytes() != replays[0].state.byteSize()) {
      return 0;
    }
    long made = 0;
    for (int i = 0; i < count; i++) {
      Replay replay = replays[i];
      int slot = replay.slot;
      if (stripe.isUnchanged(replay.user, slot, replay.edition)) {
        replay.state.copyTo(stripe.states(), stripe.stateOffset(slot));
        stripe.setVersion(slot, translation.version());
        users.countRebuild();
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
