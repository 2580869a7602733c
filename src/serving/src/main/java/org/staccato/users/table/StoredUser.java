package org.staccato.users.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One user on the way between a slot, a snapshot and a {@code UserRecord}: the key, the last use,
 * the events by the numbers of their items, and the state if it is of the version that the instance
 * is for. An instance carries one user after the other. Confined to one thread.
 *
 * <p>This class alone knows the form of a user in a file, little-endian:
 *
 * <pre>
 *  0  long   user
 *  8  long   last use, a count of uses, at least 1
 * 16  long   number of events in all
 * 24  int    1 if a state follows the events, else 0
 * 28  int    number of events that are kept
 * 32  int[]  the numbers of their items, oldest first
 *     byte[] c and h of all layers, if there is a state
 * </pre>
 */
public final class StoredUser {

  /**
   * The most events in all of a user who comes from outside: a table continues to count from there.
   */
  public static final long TOTAL_LIMIT = 1L << 62;

  /** The bits of a float that are all set in an infinite one and in NaN. */
  private static final int EXPONENT = 0x7f800000;

  /** The bytes before the events. */
  private static final int HEAD_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;

  private final String digest;
  private final long versionTag;
  final int[] items;
  final byte[] state;
  long user;
  long lastUse;
  long total;
  int kept;
  boolean hasState;

  /**
   * Allocates room for a user.
   *
   * @param events the most events of a user
   * @param digest the digest of the version whose states it carries
   * @param stateBytes the bytes of a state of that version
   */
  public StoredUser(int events, String digest, int stateBytes) {
    this.digest = digest;
    this.versionTag = VersionTag.of(digest);
    this.items = new int[events];
    this.state = new byte[stateBytes];
  }

  /** {@return the digest of the version whose states it carries} */
  public String digest() {
    return digest;
  }

  /** {@return the tag of that version} */
  public long versionTag() {
    return versionTag;
  }

  /** {@return the most events of a user} */
  public int events() {
    return items.length;
  }

  /** {@return the bytes of a state} */
  public int stateBytes() {
    return state.length;
  }

  /** {@return the most bytes of a user in a file} */
  public long mostBytes() {
    return HEAD_BYTES + (long) items.length * Integer.BYTES + state.length;
  }

  /** {@return the key of the user} */
  public long user() {
    return user;
  }

  /** {@return the count of uses at which the user was used last} */
  public long lastUse() {
    return lastUse;
  }

  /** {@return the number of events in all} */
  public long total() {
    return total;
  }

  /** {@return the number of events that are kept, which may be less than all and than fit} */
  public int kept() {
    return kept;
  }

  /**
   * Returns the item of an event.
   *
   * @param place the place of the event, 0 for the oldest
   * @return the number of its item
   */
  public int item(int place) {
    return items[place];
  }

  /**
   * Replaces the item of an event.
   *
   * @param place the place of the event, 0 for the oldest
   * @param number the number of its item
   */
  public void setItem(int place, int number) {
    items[place] = number;
  }

  /** {@return whether there is a state} */
  public boolean hasState() {
    return hasState;
  }

  /**
   * {@return the state, c and h of all layers, to be read or, before {@link #useState}, written}
   */
  public byte[] state() {
    return state;
  }

  /** Notes that {@link #state} was written. */
  public void useState() {
    hasState = true;
  }

  /**
   * Begins another user, without events, a state and a last use.
   *
   * @param key the key of the user
   * @param before the number of events in all
   */
  public void begin(long key, long before) {
    user = key;
    lastUse = 0;
    total = before;
    kept = 0;
    hasState = false;
  }

  /**
   * Appends an event to those that are kept; the number of events in all stays.
   *
   * @param number the number of its item
   * @throws IndexOutOfBoundsException if there is no room
   */
  public void append(int number) {
    items[kept] = number;
    kept++;
  }

  /**
   * Writes the form in a file.
   *
   * @param target a little-endian buffer with room for {@link #mostBytes}
   */
  public void writeTo(ByteBuffer target) {
    target.putLong(user);
    target.putLong(lastUse);
    target.putLong(total);
    target.putInt(hasState ? 1 : 0);
    target.putInt(kept);
    for (int place = 0; place < kept; place++) {
      target.putInt(items[place]);
    }
    if (hasState) {
      target.put(state);
    }
  }

  /**
   * Reads the form in a file.
   *
   * @param source a little-endian buffer, of which one user is consumed
   * @return whether there was a user that can exist; otherwise this user is undefined
   */
  public boolean readFrom(ByteBuffer source) {
    if (source.remaining() < HEAD_BYTES) {
      return false;
    }
    user = source.getLong();
    lastUse = source.getLong();
    total = source.getLong();
    int flag = source.getInt();
    hasState = flag == 1;
    kept = source.getInt();
    boolean possible =
        lastUse >= 1
            && (flag == 0 || flag == 1)
            && kept >= 0
            && total <= TOTAL_LIMIT
            && kept <= Math.min(total, items.length)
            && (long) kept * Integer.BYTES + (hasState ? state.length : 0) <= source.remaining();
    if (possible) {
      for (int place = 0; place < kept; place++) {
        items[place] = source.getInt();
      }
      if (hasState) {
        source.get(state);
      }
    }
    return possible && !(hasState && hasInfiniteValue());
  }

  /** Tells whether an element of the state is infinite or NaN, which no step gives. */
  private boolean hasInfiniteValue() {
    ByteBuffer elements = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
    int exponents = 0;
    while (elements.remaining() >= Float.BYTES) {
      exponents = Math.max(exponents, elements.getInt() & EXPONENT);
    }
    return exponents == EXPONENT;
  }
}
