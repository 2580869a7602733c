package org.staccato.users;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.staccato.users.items.KeyHash;

/**
 * Makes the 64-bit keys of users from texts, such as account names. The same text gives the same
 * key in every process and every release, so that snapshots can be read.
 *
 * <p>Two texts may have the same key, and then share their events. Among n texts that were not
 * chosen for it, this happens with a probability of about n²/2⁶⁵: three in a hundred million for a
 * million users, three in ten thousand for a hundred million. Somebody who chooses the texts can
 * find such a pair, so do not make keys from texts that strangers choose at will; take the number
 * of the account.
 */
public final class UserKeys {
  private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private UserKeys() {}

  /**
   * Makes the key of a user.
   *
   * @param text the textual key of the user
   * @return the key of its UTF-8, see {@link #of(byte[], int, int)}
   */
  public static long of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return of(utf8, 0, utf8.length);
  }

  /**
   * Makes the key of a user: FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo) over the bytes,
   * then the finaliser of MurmurHash3. Does not allocate.
   *
   * @param utf8 holds the textual key of the user
   * @param offset the index of its first byte
   * @param length the number of its bytes
   * @return the key
   * @throws IndexOutOfBoundsException if the array is shorter
   */
  public static long of(byte[] utf8, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, utf8.length);
    long hash = FNV_OFFSET_BASIS;
    for (int position = offset; position < offset + length; position++) {
      hash = (hash ^ Byte.toUnsignedLong(utf8[position])) * FNV_PRIME;
    }
    return KeyHash.mix(hash);
  }
}
