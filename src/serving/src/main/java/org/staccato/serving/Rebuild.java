package org.staccato.serving;

import java.util.Arrays;
import java.util.Comparator;
import org.staccato.BatchScorer;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.live.ModelVersion;
import org.staccato.serving.ItemDictionary.Translation;

/**
 * Replays the events of users whose states are of another version, a batch of them at a time. A
 * stripe is locked to read the events and to store the states, not in between; a user who was
 * touched meanwhile is left alone.
 */
final class Rebuild {
  private static final int BATCH = 64;
  private static final long NO_VERSION = -1;

  private final UserStates users;
  private final Scorer scorer;
  private final BatchScorer batch;
  private final Replay[] replays = new Replay[BATCH];
  private final UserState[] states = new UserState[BATCH];
  private final int[] items = new int[BATCH];
  private Translation translation = Translation.NONE;
  private long number;
  private int count;

  /** A user whose events are being replayed. */
  private static final class Replay {
    final int[] items;
    int slot;
    long lastUse;
    int length;
    final UserState state;

    Replay(int events, UserState state) {
      this.items = new int[events];
      this.state = state;
    }
  }

  Rebuild(UserStates users, LiveModel live) {
    this.users = users;
    this.scorer = live.newScorer();
    this.batch = live.newBatchScorer(BATCH);
  }

  long run() {
    long made = 0;
    for (Stripe stripe : users.stripes()) {
      int next = 0;
      while (next != Stripe.NONE) {
        // A version is held for a batch only, and another one than at first ends the work: whoever
        // published it may call again.
        ModelVersion version = batch.acquire();
        try {
          if (number == 0) {
            begin(version);
          }
          if (version.number() != number) {
            return made;
          }
          next = readBatch(stripe, next);
          replay(count);
          synchronized (stripe) {
            users.requireOpen();
            made += store(stripe);
          }
        } finally {
          batch.release();
        }
      }
    }
    return made;
  }

  private void begin(ModelVersion version) {
    number = version.number();
    if (scorer.acquire().number() == number) {
      translation = users.translation(version, scorer.items(), null);
      for (int i = 0; i < BATCH; i++) {
        replays[i] = new Replay(users.events(), batch.newState());
      }
    } else {
      number = NO_VERSION;
    }
    scorer.release();
  }

  /** Reads the next users to replay, and returns the slot to go on with. */
  private int readBatch(Stripe stripe, int from) {
    int next = from;
    count = 0;
    synchronized (stripe) {
      users.requireOpen();
      if (!stripe.resize(replays[0].state.byteSize(), translation.generation())) {
        return Stripe.NONE;
      }
      while (count < BATCH && next < stripe.limit()) {
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
    replay.lastUse = stripe.lastUse(slot);
    replay.length = 0;
    for (int i = 0; i < stripe.kept(slot); i++) {
      int item = translation.item(stripe.event(slot, i));
      if (item != ItemDictionary.ABSENT) {
        replay.items[replay.length++] = item;
      }
    }
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

  private long store(Stripe stripe) {
    if (!stripe.resize(replays[0].state.byteSize(), translation.generation())) {
      return 0;
    }
    long made = 0;
    for (int i = 0; i < count; i++) {
      Replay replay = replays[i];
      int slot = replay.slot;
      // No two uses of a stripe have the same number, so it is the same user with the same events.
      if (stripe.lastUse(slot) == replay.lastUse) {
        replay.state.copyTo(stripe.states(), stripe.stateOffset(slot));
        stripe.setVersion(slot, translation.version());
        users.countRebuild();
        made++;
      }
    }
    return made;
  }
}
