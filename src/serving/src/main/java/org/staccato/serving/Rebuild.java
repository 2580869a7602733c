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

  private final UserStates users;
  private final Scorer scorer;
  private final BatchScorer batch;
  private final Replay[] replays = new Replay[BATCH];
  private final UserState[] states = new UserState[BATCH];
  private final int[] items = new int[BATCH];

  /** A user whose events are being replayed. */
  private static final class Replay {
    final int[] items;
    long user;
    int slot;
    long total;
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
    ModelVersion version = batch.acquire();
    try {
      // Published in between: whoever publishes may call again.
      if (scorer.acquire().number() != version.number()) {
        scorer.release();
        return 0;
      }
      try {
        Translation translation = users.translation(version, scorer.items(), null);
        for (int i = 0; i < BATCH; i++) {
          replays[i] = new Replay(users.events(), batch.newState());
        }
        for (Stripe stripe : users.stripes()) {
          made += rebuild(stripe, translation);
        }
      } finally {
        scorer.release();
      }
    } finally {
      batch.release();
    }
    return made;
  }

  private long rebuild(Stripe stripe, Translation translation) {
    long made = 0;
    int next = 0;
    while (next >= 0) {
      int count = 0;
      synchronized (stripe) {
        users.requireOpen();
        if (!stripe.resize(replays[0].state.byteSize(), translation.generation())) {
          return made;
        }
        while (count < BATCH && next < stripe.limit()) {
          if (stripe.holds(next) && stripe.version(next) != translation.version()) {
            read(stripe, next, translation, replays[count++]);
          }
          next++;
        }
        next = next < stripe.limit() ? next : -1;
      }
      replay(count);
      synchronized (stripe) {
        users.requireOpen();
        made += store(stripe, translation, count);
      }
    }
    return made;
  }

  private static void read(Stripe stripe, int slot, Translation translation, Replay replay) {
    replay.user = stripe.user(slot);
    replay.slot = slot;
    replay.total = stripe.total(slot);
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

  private long store(Stripe stripe, Translation translation, int count) {
    if (!stripe.resize(replays[0].state.byteSize(), translation.generation())) {
      return 0;
    }
    long made = 0;
    for (int i = 0; i < count; i++) {
      Replay replay = replays[i];
      int slot = replay.slot;
      boolean untouched =
          stripe.holds(slot)
              && stripe.user(slot) == replay.user
              && stripe.total(slot) == replay.total
              && stripe.version(slot) != translation.version();
      if (untouched) {
        replay.state.copyTo(stripe.states(), stripe.stateOffset(slot));
        stripe.setVersion(slot, translation.version());
        users.countRebuild();
        made++;
      }
    }
    return made;
  }
}
