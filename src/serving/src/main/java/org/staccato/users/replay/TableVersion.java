package org.staccato.users.replay;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.users.items.Translations;
import org.staccato.users.table.StoredUser;

/**
 * The version whose states the table keeps: the newest one that a scorer has turned to while it
 * answered. It is known without the model, so that snapshots and exports work after the model is
 * closed. Thread-safe.
 */
public final class TableVersion {
  private final Translations translations;

  /** A state of the version, for conversions. */
  private final UserState state;

  /**
   * Begins with the version that answers now.
   *
   * @param translations tells which version answers
   * @param scorer a scorer of the model
   * @throws IllegalStateException if the model is closed
   */
  public TableVersion(Translations translations, Scorer scorer) {
    this.translations = translations;
    this.state = scorer.newState();
  }

  /** Turns to the version that a scorer has acquired, unless another one was published since. */
  synchronized void turnTo(String digest, Scorer scorer) {
    // A comparison under the lock: of two scorers, the one with the older version fails it.
    if (!state.digest().equals(digest) && translations.isCurrent(digest)) {
      scorer.reset(state);
    }
  }

  /**
   * Allocates room for a user with a state of the version.
   *
   * @param events the most events of a user
   * @return a carrier for one user after the other
   */
  public synchronized StoredUser newStoredUser(int events) {
    return new StoredUser(events, state.digest(), Math.toIntExact(state.byteSize()));
  }

  /**
   * Converts the state of a user to the serialised form of {@link UserState#writeTo}.
   *
   * @param user a user of {@link #newStoredUser}
   * @return the serialised state, empty without a state, or if the version has changed since
   */
  public synchronized Optional<byte[]> serialize(StoredUser user) {
    if (!user.hasState() || !state.digest().equals(user.digest())) {
      return Optional.empty();
    }
    state.copyFrom(MemorySegment.ofArray(user.state()), 0);
    ByteBuffer serialized = ByteBuffer.allocate(state.serializedSize());
    state.writeTo(serialized);
    return Optional.of(serialized.array());
  }

  /**
   * Gives a user a serialised state, if it is of the version.
   *
   * @param digest the digest of the state's version
   * @param serialized the serialised form of {@link UserState#writeTo}
   * @param user a user of {@link #newStoredUser}
   * @throws IllegalArgumentException if the state is of the version, but of another size, or its
   *     values are out of range
   */
  public synchronized void deserialize(String digest, byte[] serialized, StoredUser user) {
    if (!state.digest().equals(digest) || !user.digest().equals(digest)) {
      return;
    }
    if (serialized.length != state.serializedSize()) {
      throw new IllegalArgumentException(
          "user state: found " + serialized.length + " bytes, expected " + state.serializedSize());
    }
    // Not cleared by the read: the padding between the layers.
    state.reset();
    state.readFrom(ByteBuffer.wrap(serialized));
    state.copyTo(MemorySegment.ofArray(user.state()), 0);
    user.useState();
  }
}
