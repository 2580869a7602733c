package org.staccato.users.items;

/**
 * Finds the places of keys by their hashes, with open addressing. The keys are spread over 256
 * tables of buckets, so that the growth of one table takes little time. Used by one thread at a
 * time.
 */
abstract class KeyIndex {
  private static final int PARTS = 256;
  private static final int LEAST_BUCKETS = 4;

  /** Each bucket holds a place plus 1, or 0 if it is empty. */
  private final int[][] tables = new int[PARTS][LEAST_BUCKETS];

  private final int[] counts = new int[PARTS];

  /** Returns the hash of the key at a place. */
  abstract long hashAt(int place);

  /** Returns the table for a hash; {@link #first} is the bucket to start from. */
  final int[] table(long hash) {
    return tables[part(hash)];
  }

  static int first(long hash, int[] table) {
    return (int) hash & (table.length - 1);
  }

  static int next(int bucket, int[] table) {
    return (bucket + 1) & (table.length - 1);
  }

  private static int part(long hash) {
    return (int) (hash >>> 56);
  }

  /** Adds a place whose key is not in the index. */
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
    int bucket = first(hash, table);
    while (table[bucket] != 0) {
      bucket = next(bucket, table);
    }
    table[bucket] = entry;
  }
}
