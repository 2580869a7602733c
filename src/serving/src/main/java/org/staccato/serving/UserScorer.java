package org.staccato.serving;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.ItemFilter;
import org.staccato.ModelReader;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.StaleVersionException;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;

/**
 * Scores the users of {@link UserStates}. A request acquires a version, does what it does on that
 * version, and releases it; items are indices of that version.
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
 * the events that are kept. One that the table does not know gets the answers of a user without
 * events, and does not enter the table by them. Nothing is allocated after the creation, but for
 * the first request on a version that needs a larger state.
 *
 * <p>Like every {@link ModelReader} it belongs to one thread at a time.
 */
public final class UserScorer implements ModelReader {
  private final UserStates users;
  private final Scorer scorer;
  private final StateReplay replay;
  private final SeenItems seen = new SeenItems();

  /** The version that was acquired last. */
  private @Nullable ModelVersion version;

  /** Owns the scorer from now on. */
  UserScorer(UserStates users, Scorer scorer) {
    this.users = users;
    this.scorer = scorer;
    this.replay = new StateReplay(users, scorer);
  }

  @Override
  public ModelVersion acquire() {
    users.requireOpen();
    ModelVersion acquired = scorer.acquire();
    boolean ready = false;
    try {
      replay.bind(acquired, scorer.items());
      ready = true;
    } finally {
      if (!ready) {
        scorer.release();
      }
    }
    version = acquired;
    return acquired;
  }

  @Override
  public void release() {
    scorer.release();
  }

  @Override
  public boolean isAcquired() {
    return scorer.isAcquired();
  }

  @Override
  public ItemKeys items() {
    return scorer.items();
  }

  @Override
  public void close() {
    scorer.close();
  }

  /** The digest of the version that is held. */
  String digest() {
    return held().translation().digest();
  }

  /** The bytes of a state of the version that is held. */
  long stateBytes() {
    return held().stateBytes();
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
    held().record(user, item);
  }

  /**
   * Computes ahead what the next {@link #record} of a user needs and does not depend on its event:
   * to be called after an answer was given to a user who will soon come again. That record then
   * takes a fraction of its time, on any scorer of the same version, and gives the same bits. The
   * table keeps this of a few users only, as {@link UserStatesOptions#preparedUsers} says; where it
   * keeps none, and for a user that it does not know, this does nothing.
   *
   * @param user the key of the user
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public void prepare(long user) {
    StateReplay held = held();
    if (users.options().preparedUsers() > 0) {
      held.prepare(user);
    }
  }

  /**
   * Ranks the catalogue for a user.
   *
   * @param user the key of the user
   * @param k the most items to return, at least 1
   * @param filter which items may be returned
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if a set of the filter is of another version
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public int topK(long user, int k, ItemFilter filter, Ranked ranked) {
    return scorer.topK(held().stateOf(user), k, filter, ranked);
  }

  /**
   * Ranks for a user the items that none of the user's kept events is of.
   *
   * @param user the key of the user
   * @param k the most items to return, at least 1
   * @param filter which items may be returned besides; its seen items are left out, too
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if a set of the filter is of another version
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public int topKUnseen(long user, int k, ItemFilter filter, Ranked ranked) {
    UserState state = held().stateOf(user, true);
    ItemFilter unseen =
        seen.without(replay.events(), replay.eventCount(), Objects.requireNonNull(version), filter);
    return scorer.topK(state, k, unseen, ranked);
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
    return scorer.score(held().stateOf(user), item);
  }

  /**
   * Scores candidates for a user.
   *
   * @param user the key of the user
   * @param items the indices of the items
   * @param count how many of them to score
   * @param results receives their scores
   * @throws IndexOutOfBoundsException if there is no such item, or an array is shorter than the
   *     count; the results of the candidates before are then valid
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public void score(long user, int[] items, int count, float[] results) {
    scorer.score(held().stateOf(user), items, count, results);
  }

  /**
   * Scores the whole catalogue for a user.
   *
   * @param user the key of the user
   * @param all receives one score per item
   * @throws IllegalArgumentException if the array is shorter than the catalogue
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public void scores(long user, float[] all) {
    scorer.scores(held().stateOf(user), all);
  }

  /**
   * Lists the items of a user's kept events, oldest first, as far as the version has them.
   *
   * @param user the key of the user
   * @param items receives their indices from its start on
   * @return how many there are
   * @throws IllegalArgumentException if the array is shorter than {@link UserStatesOptions#events}
   * @throws IllegalStateException if no version is held, or the table is closed
   */
  public int events(long user, int[] items) {
    int most = users.options().events();
    if (items.length < most) {
      throw new IllegalArgumentException(
          "items: found an array of " + items.length + ", expected at least " + most);
    }
    return held().eventsOf(user, items);
  }

  private StateReplay held() {
    if (!scorer.isAcquired()) {
      throw new IllegalStateException("no version is acquired");
    }
    return replay;
  }
}
