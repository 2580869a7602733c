package org.staccato.users;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;

/**
 * One user outside of a table, who can be exported from one table and imported into another.
 *
 * @param user the key of the user
 * @param total the number of events that the user had in all, at least as many as are kept
 * @param events the items of the kept events, oldest first
 * @param state the state, if it was of the version that the table's states are of; it may have seen
 *     more events than are kept
 */
public record UserRecord(long user, long total, List<Key> events, Optional<State> state) {

  /** The external key of an item, of either kind. */
  public sealed interface Key {}

  /**
   * A 64-bit key.
   *
   * @param value the key
   */
  public record LongKey(long value) implements Key {}

  /**
   * A textual key.
   *
   * @param text the key, at most {@link ItemKeys#TEXT_LIMIT} bytes of UTF-8
   */
  public record TextKey(String text) implements Key {

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if it is too long or has an unpaired surrogate
     */
    public TextKey {
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        throw new IllegalArgumentException("item key: found an unpaired surrogate");
      }
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > ItemKeys.TEXT_LIMIT) {
        throw new IllegalArgumentException(
            "item key: found " + bytes + " bytes, expected at most " + ItemKeys.TEXT_LIMIT);
      }
    }

    byte[] utf8() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** A state in the serialised form of {@link UserState#writeTo}. Immutable. */
  public static final class State {
    private static final int DIGEST_BYTES = 32;

    private final byte[] bytes;

    /**
     * Copies a serialised state, whose values {@link UserStates#importUser} checks.
     *
     * @param bytes the serialised form
     * @throws IllegalArgumentException if there are less than the 32 bytes of the digest
     */
    public State(byte[] bytes) {
      if (bytes.length < DIGEST_BYTES) {
        throw new IllegalArgumentException(
            "user state: found " + bytes.length + " bytes, expected at least " + DIGEST_BYTES);
      }
      this.bytes = bytes.clone();
    }

    /** {@return the digest of the weight file to whose version the state belongs} */
    public String digest() {
      return HexFormat.of().formatHex(bytes, 0, DIGEST_BYTES);
    }

    /** {@return a copy of the serialised form} */
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof State state && Arrays.equals(bytes, state.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "State[" + digest() + ", " + bytes.length + " bytes]";
    }
  }

  /**
   * Copies the events.
   *
   * @throws IllegalArgumentException if there are more events than in all
   */
  public UserRecord {
    events = List.copyOf(events);
    if (events.size() > total) {
      throw new IllegalArgumentException(
          "user " + user + ": found " + events.size() + " events of " + total + " in all");
    }
  }

  /**
   * Creates a user without a state, which is made from the events after an import.
   *
   * @param user the key of the user
   * @param total the number of events that the user had in all
   * @param events the items of the kept events, oldest first
   * @throws IllegalArgumentException if there are more events than in all
   */
  public UserRecord(long user, long total, List<Key> events) {
    this(user, total, events, Optional.empty());
  }

  /** {@return the same user without the state} */
  public UserRecord withoutState() {
    return new UserRecord(user, total, events);
  }
}
