package org.staccato.users.items;

/** Hashes of 64-bit keys. */
public final class KeyHash {
  private KeyHash() {}

  /**
   * Mixes the bits of a key, so that keys that follow each other spread over all tables. This is
   * the finaliser of MurmurHash3 (Austin Appleby).
   *
   * @param key a key, or a hash whose bits are mixed badly
   * @return a hash, all bits of which depend on all bits of the key
   */
  public static long mix(long key) {
    long mixed = (key ^ (key >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
