package org.staccato.users.items;

/**
 * 64-bit keys in the order in which they were added. {@link #get} and {@link #size} take no lock;
 * one thread at a time calls the other methods.
 */
public final class LongKeys extends KeyIndex {
  private final LongPages keys = new LongPages();

  LongKeys() {}

  int size() {
    return keys.size();
  }

  /**
   * Returns a key.
   *
   * @param place the place of a key, from 0
   * @return the key
   */
  public long get(int place) {
    return keys.get(place);
  }

  @Override
  long hashAt(int place) {
    return KeyHash.mix(keys.get(place));
  }

  /** Returns the place of a key, or −1. */
  int find(long key) {
    long hash = KeyHash.mix(key);
    int[] table = table(hash);
    for (int bucket = first(hash, table); table[bucket] != 0; bucket = next(bucket, table)) {
      if (keys.get(table[bucket] - 1) == key) {
        return table[bucket] - 1;
      }
    }
    return -1;
  }

  /** Adds a key that is not there yet, and returns its place. */
  int add(long key) {
    int place = keys.add(key);
    add(KeyHash.mix(key), place);
    return place;
  }
}
