package org.staccato.serving;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.staccato.format.ItemKeys;

/**
 * What a table knows of one user, without the state, which follows from it.
 *
 * @param user the key of the user
 * @param total how many events the user had in all, at least as many as are kept
 * @param events the items of the events that are kept, oldest first
 */
public record UserRecord(long user, long total, List<Key> events) {

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
  }

  /**
   * Copies the events.
   *
   * @throws IllegalArgumentException if there are more than in all
   */
  public UserRecord {
    events = List.copyOf(events);
    if (events.size() > total) {
      throw new IllegalArgumentException(
          "user " + user + ": found " + events.size() + " events of " + total + " in all");
    }
  }
}
