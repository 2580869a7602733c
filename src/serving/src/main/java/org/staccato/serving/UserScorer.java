package org.staccato.serving;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.ItemFilter;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;
import org.staccato.serving.ItemDictionary.Translation;

/**
 * Scores the users of {@link UserStates} on one thread, to which it is confined. A request acquires
 * a version, does what it does on that version, and releases it; items are indices of that version.
 *
 * <pre>{@code
 * users.acquire();
 * try {
 *   users.record(user, users.items().indexOf(key));
 *   users.topK(user, 10, ItemFilter.NONE, ranked);
 * } finally {
 *   users.release();
 * }
 * }</pre>
 *
 * <p>A user whose state is of another version is brought to the acquired one first, by replaying
 * the events that are kept. Nothing is allocated but for the first request on a version.
 */
public final class UserScorer {
  private final UserStates users;
  private final Scorer scorer;
  private @Nullable Translation translation;
  private @Nullable UserState state;
  private long version;
  private boolean held;

  UserScorer(UserStates users, Scorer scorer) {
    this.users = users;
    this.scorer = scorer;
  }

  /**
   * Holds the version that answers now, until {@link #release}.
   *
   * @return the version
   * @throws IllegalStateException if one is held, the model is closed, or it does not rank items
   */
  public ModelVersion acquire() {
    ModelVersion acquired = scorer.acquire();
    boolean ready = false;
    try {
      Translation current = users.translation(acquired, scorer.items(), translation);
      if (current != translation) {
        translation = current;
        version = current.version();
        state = scorer.newState();
      }
      ready = true;
    } finally {
      if (!ready) {
        scorer.release();
      }
    }
    held = true;
    return acquired;
  }

  /**
   * Ends what {@link #acquire} began.
   *
   * @throws IllegalStateException if no version is held
   */
  public void release() {
    scorer.release();
    held = false;
  }

  /**
   * Returns the items' external keys in the version that is held.
   *
   * @return the keys
   * @throws IllegalStateException if no version is held
   */
  public ItemKeys items() {
    return scorer.items();
  }

  /**
   * Records an event of a user, known or not, and advances the user's state by it.
   *
   * @param user the key of the user
   * @param item the index of the item
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public void record(long user, int item) {
    UserState work = work();
    int number = translation().number(item);
    Stripe stripe = users.stripe(user);
    synchronized (stripe) {
      users.requireOpen();
      int slot = stripe.findOrAdd(user);
      load(stripe, slot, work);
      scorer.step(work, item);
      stripe.append(slot, number);
      store(stripe, slot, work);
    }
  }

  /**
   * Ranks the catalogue for a user. One that the table does not know gets the answer of a user
   * without events, and does not enter the table.
   *
   * @param user the key of the user
   * @param k the most items to return, at least 1
   * @param filter which items may be returned
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1 or a set of the filter is of another catalogue
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public int topK(long user, int k, ItemFilter filter, Ranked ranked) {
    return scorer.topK(stateOf(user), k, filter, ranked);
  }

  /**
   * Scores one item for a user.
   *
   * @param user the key of the user
   * @param item the index of the item
   * @return its score, a logit
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public float score(long user, int item) {
    return scorer.score(stateOf(user), item);
  }

  /**
   * Lists the items of a user's kept events, oldest first, as far as the version has them.
   *
   * @param user the key of the user
   * @param items receives their indices from its start on
   * @return how many there are
   * @throws IllegalArgumentException if the array is shorter than {@link UserStates#events}
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public int events(long user, int[] items) {
    work();
    if (items.length < users.events()) {
      throw new IllegalArgumentException(
          "items: found an array of " + items.length + ", expected at least " + users.events());
    }
    Stripe stripe = users.stripe(user);
    synchronized (stripe) {
      users.requireOpen();
      int slot = stripe.find(user);
      int count = 0;
      for (int i = 0; slot != Stripe.NONE && i < stripe.kept(slot); i++) {
        int item = translation().item(stripe.event(slot, i));
        if (item != ItemDictionary.ABSENT) {
          items[count++] = item;
        }
      }
      return count;
    }
  }

  /** The state of a user, replayed if need be, in this scorer's own memory. */
  private UserState stateOf(long user) {
    UserState work = work();
    Stripe stripe = users.stripe(user);
    synchronized (stripe) {
      users.requireOpen();
      int slot = stripe.find(user);
      if (slot == Stripe.NONE) {
        work.reset();
      } else if (load(stripe, slot, work)) {
        store(stripe, slot, work);
      }
    }
    return work;
  }

  /** Loads a state, and returns whether it was replayed. */
  private boolean load(Stripe stripe, int slot, UserState work) {
    boolean fits = stripe.resize(work.byteSize(), translation().generation());
    if (fits && stripe.version(slot) == version) {
      work.copyFrom(stripe.states(), stripe.stateOffset(slot));
      return false;
    }
    work.reset();
    int kept = stripe.kept(slot);
    for (int i = 0; i < kept; i++) {
      int item = translation().item(stripe.event(slot, i));
      if (item != ItemDictionary.ABSENT) {
        scorer.step(work, item);
      }
    }
    if (kept > 0) {
      users.countRebuild();
    }
    return true;
  }

  private void store(Stripe stripe, int slot, UserState work) {
    if (!stripe.resize(work.byteSize(), translation().generation())) {
      // A later version's states lie there; its next touch replays.
      stripe.setVersion(slot, 0);
      return;
    }
    work.copyTo(stripe.states(), stripe.stateOffset(slot));
    stripe.setVersion(slot, version);
  }

  private UserState work() {
    if (!held) {
      throw new IllegalStateException("no version is acquired");
    }
    return Objects.requireNonNull(state);
  }

  private Translation translation() {
    return Objects.requireNonNull(translation);
  }
}
