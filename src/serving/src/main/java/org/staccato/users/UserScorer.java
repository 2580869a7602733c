package org.staccato.users;

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
import org.staccato.users.replay.StateReplay;

/**
 * Scores the users of {@link UserStates}. A request acquires a version, makes its calls, all of
 * which are on that version, and releases it; items are indices of that version.
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
 * <p>A user whose state is of another version is first brought to the acquired one, by a replay of
 * the events that are kept. A user who is not in the table gets the answers of a user without
 * events, and does not enter the table by them. Nothing is allocated after the creation, except by
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
    this.replay = new StateReplay(users.table(), users.translations(), users.version(), scorer);
  }

  @Override
  public ModelVersion acquire() {
    users.table().requireOpen();
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

  /** Makes room for states of the acquired version in the whole table. */
  void makeRoom() {
    acquired().makeRoom();
  }

  /**
   * Records an event of a user, and advances the user's state by it. A user who is not in the table
   * enters it. If this throws, the table is unchanged.
   *
   * @param user the key of the user
   * @param item the index of the item
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public void record(long user, int item) {
    acquired().record(user, item);
  }

  /**
   * Computes the part of the next {@link #record} of a user that does not depend on its event: call
   * this after an answer to a user who will soon come again. That record then takes a fraction of
   * its time, on any scorer of the same version, and gives the same bits. The table keeps the sums
   * of as many users as {@link UserStatesOptions#preparedUsers} says; if that is none, or the user
   * is not in the table, this does nothing.
   *
   * @param user the key of the user
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public void prepare(long user) {
    StateReplay own = acquired();
    if (users.options().preparedUsers() > 0) {
      own.prepare(user);
    }
  }

  /**
   * Ranks the catalogue for a user.
   *
   * @param user the key of the user
   * @param k the most items to return, at least 1
   * @param filter the items that may be returned
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if a set of the filter is of another version
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public int topK(long user, int k, ItemFilter filter, Ranked ranked) {
    return scorer.topK(acquired().stateOf(user), k, filter, ranked);
  }

  /**
   * Ranks for a user the items that do not occur in the user's kept events.
   *
   * @param user the key of the user
   * @param k the most items to return, at least 1
   * @param filter the items that may be returned; its seen items are left out, too
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if a set of the filter is of another version
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public int topKUnseen(long user, int k, ItemFilter filter, Ranked ranked) {
    UserState state = acquired().stateWithEvents(user);
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
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public float score(long user, int item) {
    return scorer.score(acquired().stateOf(user), item);
  }

  /**
   * Scores candidates for a user.
   *
   * @param user the key of the user
   * @param items the indices of the items
   * @param count the number of items to score
   * @param results receives their scores
   * @throws IndexOutOfBoundsException if there is no such item, or an array is shorter than the
   *     count; the results of the candidates before it are then valid
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public void score(long user, int[] items, int count, float[] results) {
    scorer.score(acquired().stateOf(user), items, count, results);
  }

  /**
   * Scores the whole catalogue for a user.
   *
   * @param user the key of the user
   * @param all receives one score per item
   * @throws IllegalArgumentException if the array is shorter than the catalogue
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public void scores(long user, float[] all) {
    scorer.scores(acquired().stateOf(user), all);
  }

  /**
   * Lists the items of a user's kept events, oldest first. Items that the version lacks are left
   * out.
   *
   * @param user the key of the user
   * @param items receives their indices from its start on
   * @return the number of items
   * @throws IllegalArgumentException if the array is shorter than {@link UserStatesOptions#events}
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public int events(long user, int[] items) {
    int most = users.options().events();
    if (items.length < most) {
      throw new IllegalArgumentException(
          "items: found an array of " + items.length + ", expected at least " + most);
    }
    return acquired().eventsOf(user, items);
  }

  /** Returns the replay, which is on the acquired version. */
  private StateReplay acquired() {
    if (!scorer.isAcquired()) {
      throw new IllegalStateException("no version is acquired");
    }
    return replay;
  }
}
