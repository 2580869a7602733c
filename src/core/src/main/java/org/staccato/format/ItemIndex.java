package org.staccato.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.staccato.memory.LittleEndian;

/**
 * The hash function of item keys and the open-addressing table that maps keys to items. The table
 * is part of the weight file, so nothing here may change within a format version.
 */
final class ItemIndex {
  static final int EMPTY = -1;

  /** The largest number of items: the table of twice as many slots still has an int capacity. */
  static final int ITEM_LIMIT = 1 << 28;

  /**
   * The largest mean number of slots visited per key. Hashed keys need 1.5; only keys that were
   * made to collide need more, and such keys make each look-up slow.
   */
  static final int PROBE_LIMIT = 64;

  /** The number of items, or slots, of a slice of work. */
  static final int SLICE = 256;

  private static final int LEAST_CAPACITY = 16;
  private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private ItemIndex() {}

  /** Tells whether two items have the same key. */
  interface SameKey {
    boolean test(int item, int other);
  }

  /** Computes the number of slots for a number of items: a power of two, at most half full. */
  static int capacity(int items) {
    return Math.max(LEAST_CAPACITY, Integer.highestOneBit(2 * items - 1) << 1);
  }

  /**
   * Computes the hash of a 64-bit key: the finaliser "variant 13" of David Stafford, as in
   * SplitMix64.
   */
  static long hash(long key) {
    long mixed = (key ^ (key >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /**
   * Computes the hash of a text key: 64-bit FNV-1a over its UTF-8 bytes, then the hash of a 64-bit
   * key.
   */
  static long hash(MemorySegment bytes, long offset, long length) {
    long hash = FNV_OFFSET_BASIS;
    for (long position = offset; position < offset + length; position++) {
      hash ^= Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, position));
      hash *= FNV_PRIME;
    }
    return hash(hash);
  }

  /** Computes the hash of a text key on the heap. */
  static long hash(byte[] bytes, int offset, int length) {
    long hash = FNV_OFFSET_BASIS;
    for (int position = offset; position < offset + length; position++) {
      hash ^= Byte.toUnsignedLong(bytes[position]);
      hash *= FNV_PRIME;
    }
    return hash(hash);
  }

  /**
   * Fills a table in the order of the items.
   *
   * @throws IllegalArgumentException if two keys are the same, or too many collide
   */
  static int[] build(int items, IntToLongFunction hash, SameKey same) {
    int[] table = new int[capacity(items)];
    Arrays.fill(table, EMPTY);
    int mask = table.length - 1;
    long probes = 0;
    for (int item = 0; item < items; item++) {
      int slot = (int) hash.applyAsLong(item) & mask;
      for (; table[slot] != EMPTY; slot = (slot + 1) & mask) {
        if (same.test(table[slot], item)) {
          throw new IllegalArgumentException(
              "item keys: items " + table[slot] + " and " + item + " have the same key");
        }
        requireSpread(++probes + items, items);
      }
      table[slot] = item;
    }
    return table;
  }

  /**
   * Checks that a look-up of each item's key finds the item, and pauses between slices.
   *
   * @param table the I32 slots, of which fewer than all hold an item
   * @throws IllegalArgumentException if a look-up finds no item or another one, or if the look-ups
   *     take too many probes
   */
  static void check(
      MemorySegment table, int items, IntToLongFunction hash, SameKey same, Pace pace) {
    int mask = (int) (table.byteSize() / Integer.BYTES) - 1;
    requireEntries(table, items, pace);
    long probes = 0;
    for (int item = 0; item < items; item++) {
      if (item % SLICE == 0) {
        pace.pause();
      }
      int slot = (int) hash.applyAsLong(item) & mask;
      int entry = entry(table, slot);
      for (; entry != item; entry = entry(table, slot)) {
        if (entry == EMPTY) {
          throw new IllegalArgumentException(
              "item keys: the key of item " + item + " is not in the index");
        }
        if (same.test(entry, item)) {
          throw new IllegalArgumentException(
              "item keys: items " + entry + " and " + item + " have the same key");
        }
        requireSpread(++probes + items, items);
        slot = (slot + 1) & mask;
      }
    }
  }

  private static void requireEntries(MemorySegment table, int items, Pace pace) {
    long slots = table.byteSize() / Integer.BYTES;
    long entries = 0;
    for (long slot = 0; slot < slots; slot++) {
      if (slot % SLICE == 0) {
        pace.pause();
      }
      int entry = entry(table, slot);
      if (entry < EMPTY || entry >= items) {
        throw new IllegalArgumentException(
            "item keys: slot "
                + slot
                + " of the index: found item "
                + entry
                + ", expected below "
                + items);
      }
      if (entry != EMPTY) {
        entries++;
      }
    }
    if (entries != items) {
      throw new IllegalArgumentException(
          "item keys: the index: found " + entries + " entries, expected " + items);
    }
  }

  private static int entry(MemorySegment table, long slot) {
    return table.get(LittleEndian.INT, slot * Integer.BYTES);
  }

  private static void requireSpread(long probes, int items) {
    if (probes > (long) PROBE_LIMIT * items) {
      throw new IllegalArgumentException(
          "item keys: found keys that collide, expected at most "
              + PROBE_LIMIT
              + " slots visited per key");
    }
  }
}
