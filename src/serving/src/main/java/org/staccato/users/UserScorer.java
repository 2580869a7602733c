package org.staccato.users;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.staccato.AcquiredVersion;
import org.staccato.ItemFilter;
import org.staccato.ModelReader;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.StaleVersionException;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.live.ModelVersion;
import org.staccato.users.UserRecord.TextKey;
import org.staccato.users.items.ItemDictionary;
import org.staccato.users.replay.StateReplay;

/**
 * Scores the users of {@link UserStates}.
 *
 * <pre>{@code
 * try (AcquiredVersion acquired = scorer.acquire()) { // one version for the request
 *   scorer.recordKey(user, "tea-01");
 *   scorer.topKUnseen(user, 10, ItemFilter.NONE, ranked);
 *   String best = ranked.text(0);
 * }
 * }</pre>
 *
 * <p>Methods that take or fill arrays with indices of items need an acquired version. The others
 * run on the current version if none is acquired.
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
  public AcquiredVersion acquire() {
    users.table().requireOpen();
    AcquiredVersion acquired = scorer.acquire();
    boolean ready = false;
    try {
      replay.bind(acquired.version(), acquired.itemKeys());
      ready = true;
    } finally {
      if (!ready) {
        scorer.release();
      }
    }
    version = acquired.version();
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
  public ItemKeys itemKeys() {
    return scorer.itemKeys();
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
   * enters it. An event on an unknown item changes nothing; {@link #recordKey(long, String)} keeps
   * it. If this throws, the table is unchanged.
   *
   * @param user the key of the user
   * @param item the index of the item, or {@link ItemKeys#UNKNOWN}
   * @return whether the item is known
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalStateException if no version is acquired, or the table is closed
   */
  public boolean record(long user, int item) {
    StateReplay own = acquired();
    if (item == ItemKeys.UNKNOWN) {
      return false;
    }
    own.record(user, item);
    return true;
  }

  /**
   * Records an event of a user on an item with a 64-bit key, and advances the user's state by it. A
   * user who is not in the table enters it. If the version lacks the item, the event is kept, and
   * counts on the first version that has the item, unless there are already too many items that no
   * version has had, see {@link UserStatesOptions#unknownItems}. If this throws, the table is
   * unchanged.
   *
   * @param user the key of the user
   * @param itemKey the external key of the item
   * @return whether the version has the item
   * @throws IllegalStateException if the table is closed
   */
  public boolean recordKey(long user, long itemKey) {
    boolean own = acquireUnlessAcquired();
    try {
      int item = itemKeys().indexOf(itemKey);
      return item == ItemKeys.UNKNOWN ? recordUnknown(user, itemKey) : record(user, item);
    } finally {
      releaseIf(own);
    }
  }

  /**
   * Records an event of a user on an item, as {@link #recordKey(long, long)} does, by the textual
   * form of the item's key.
   *
   * @param user the key of the user
   * @param itemKey the external key of the item: a text, or, if the version has 64-bit keys, the
   *     decimal form of one
   * @return whether the version has the item
   * @throws IllegalArgumentException if the key has more than {@link ItemKeys#TEXT_LIMIT} bytes of
   *     UTF-8, or an unpaired surrogate
   * @throws IllegalStateException if the table is closed
   */
  public boolean recordKey(long user, String itemKey) {
    boolean own = acquireUnlessAcquired();
    try {
      int item = itemKeys().indexOf(itemKey);
      return item == ItemKeys.UNKNOWN ? recordUnknown(user, itemKey) : record(user, item);
    } finally {
      releaseIf(own);
    }
  }

  /**
   * Records an event of a user on an item, as {@link #recordKey(long, String)} does, by the UTF-8
   * of the item's key. Allocates nothing if the version has the item.
   *
   * @param user the key of the user
   * @param utf8 holds the external key of the item
   * @param offset the index of its first byte
   * @param length the number of its bytes
   * @return whether the version has the item
   * @throws IndexOutOfBoundsException if the array is shorter
   * @throws IllegalArgumentException if the key has more than {@link ItemKeys#TEXT_LIMIT} bytes
   * @throws IllegalStateException if the table is closed
   */
  public boolean recordKey(long user, byte[] utf8, int offset, int length) {
    boolean own = acquireUnlessAcquired();
    try {
      int item = itemKeys().indexOf(utf8, offset, length);
      return item == ItemKeys.UNKNOWN
          ? recordUnknown(user, new String(utf8, offset, length, StandardCharsets.UTF_8))
          : record(user, item);
    } finally {
      releaseIf(own);
    }
  }

  private boolean recordUnknown(long user, long itemKey) {
    int limit = users.options().unknownItems();
    return recordUnknown(user, users.dictionary().numberOfUnknown(itemKey, limit));
  }

  private boolean recordUnknown(long user, String itemKey) {
    if (itemKeys().kind() == Kind.LONG) {
      OptionalLong decimal = decimal(itemKey);
      if (decimal.isPresent()) {
        return recordUnknown(user, decimal.getAsLong());
      }
    }
    byte[] utf8 = new TextKey(itemKey).utf8();
    int limit = users.options().unknownItems();
    return recordUnknown(user, users.dictionary().numberOfUnknown(utf8, limit));
  }

  private boolean recordUnknown(long user, int number) {
    if (number != ItemDictionary.ABSENT) {
      acquired().recordUnknown(user, number);
    }
    return false;
  }

  private static OptionalLong decimal(String text) {
    try {
      long value = Long.parseLong(text);
      return Long.toString(value).equals(text) ? OptionalLong.of(value) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Computes the part of the next {@link #record} of a user that does not depend on its event: call
   * this after an answer to a user who will soon come again. That record then takes a fraction of
   * its time, on any scorer of the same version, and gives the same bits. The table keeps the sums
   * of as many users as {@link UserStatesOptions#preparedUsers} says; if that is none, or the user
   * is not in the table, this does nothing.
   *
   * @param user the key of the user
   * @throws IllegalStateException if the table is closed
   */
  public void prepare(long user) {
    boolean own = acquireUnlessAcquired();
    try {
      if (users.options().preparedUsers() > 0) {
        replay.prepare(user);
      }
    } finally {
      releaseIf(own);
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
   * @throws IllegalStateException if the table is closed
   */
  public int topK(long user, int k, ItemFilter filter, Ranked ranked) {
    boolean own = acquireUnlessAcquired();
    try {
      return scorer.topK(replay.stateOf(user), k, filter, ranked);
    } finally {
      releaseIf(own);
    }
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
   * @throws IllegalStateException if the table is closed
   */
  public int topKUnseen(long user, int k, ItemFilter filter, Ranked ranked) {
    boolean own = acquireUnlessAcquired();
    try {
      UserState state = replay.stateWithEvents(user);
      ItemFilter unseen =
          seen.without(
              replay.events(), replay.eventCount(), Objects.requireNonNull(version), filter);
      return scorer.topK(state, k, unseen, ranked);
    } finally {
      releaseIf(own);
    }
  }

  /**
   * Scores one item for a user.
   *
   * @param user the key of the user
   * @param item the index of the item, or {@link ItemKeys#UNKNOWN}
   * @return its score, a logit, −∞ if it is unknown
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
   * @param items the indices of the items, unknown ones as {@link ItemKeys#UNKNOWN}
   * @param count the number of items to score
   * @param results receives their scores, −∞ for unknown ones
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
      throw new IllegalStateException(
          "no version is acquired, found a call with indices of items: call acquire() before, as"
              + " try (AcquiredVersion acquired = scorer.acquire()) does");
    }
    return replay;
  }

  private boolean acquireUnlessAcquired() {
    if (scorer.isAcquired()) {
      return false;
    }
    acquire();
    return true;
  }

  private void releaseIf(boolean own) {
    if (own) {
      release();
    }
  }
}
