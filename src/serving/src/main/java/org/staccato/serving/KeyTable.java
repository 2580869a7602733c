package org.staccato.serving;

/**
 * Finds the places of keys by their hashes: open addressing in 256 tables, so that the growth of
 * one takes little time. One thread at a time uses it.
 */
abstract class KeyTable {
  private static final int PARTS = 256;
  private static final int LEAST_SLOTS = 4;

  /** In each slot a place and 1, or 0. */
  private final int[][] tables = new int[PARTS][LEAST_SLOTS];

  private final int[] counts = new int[PARTS];

  /** The hash of the key at a place. */
  abstract long hashAt(int place);

  /** The table for a hash, whose slots are to be looked at from {@link #first} on. */
  final int[] table(long hash) {
    return tables[part(hash)];
  }

  static int first(long hash, int[] table) {
    return (int) hash & (table.length - 1);
  }

  static int next(int slot, int[] table) {
    return (slot + 1) & (table.length - 1);
  }

  private static int part(long hash) {
    return (int) (hash >>> 56);
  }

  /** Adds a place whose key is not there yet. */
  final void add(long hash, int place) {
    int part = part(hash);
    if (2 * ++counts[part] > tables[part].length) {
      int[] before = tables[part];
      tables[part] = new int[2 * before.length];
      for (int entry : before) {
        if (entry != 0) {
          put(tables[part], hashAt(entry - 1), entry);
        }
      }
    }
    put(tables[part], hash, place + 1);
  }

  private static void put(int[] table, long hash, int entry) {
    int slot = first(hash, table);
    while (table[slot] != 0) {
      slot = next(slot, table);
    }
    table[slot] = entry;
  }

  /** The finaliser of MurmurHash3 (Austin Appleby), which spreads keys that follow each other. */
  static long mix(long key) {
    long mixed = (key ^ (key >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
