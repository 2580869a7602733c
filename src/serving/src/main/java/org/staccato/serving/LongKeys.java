package org.staccato.serving;

/**
 * 64-bit keys, each at a place of its own. A key is read by its place without a lock; all else is
 * for one thread at a time.
 */
final class LongKeys extends KeyTable {
  private final LongPages keys = new LongPages();

  int size() {
    return keys.size();
  }

  long get(int place) {
    return keys.get(place);
  }

  @Override
  long hashAt(int place) {
    return mix(keys.get(place));
  }

  /** The place of a key, or −1. */
  int find(long key) {
    long hash = mix(key);
    int[] table = table(hash);
    for (int slot = first(hash, table); table[slot] != 0; slot = next(slot, table)) {
      if (keys.get(table[slot] - 1) == key) {
        return table[slot] - 1;
      }
    }
    return -1;
  }

  /** Adds a key that is not there yet, and returns its place. */
  int add(long key) {
    int place = keys.add(key);
    add(mix(key), place);
    return place;
  }
}
