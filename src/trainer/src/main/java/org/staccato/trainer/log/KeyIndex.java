package org.staccato.trainer.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers keys by first appearance. Holds keys as 64-bit integers until the first one that is not
 * the canonical form of a {@code long}; converts all keys to text then, without loss.
 */
final class KeyIndex {
  private static final int FREE = -1;

  private int size;
  private long[] longs = new long[16];
  private int[] table = newTable(64);
  private @Nullable Map<String, Integer> texts;

  /** Returns the number of a key; a new key gets the next free number. */
  int index(String key) {
    Map<String, Integer> map = texts;
    if (map == null) {
      if (isCanonicalLong(key)) {
        return index(Long.parseLong(key));
      }
      map = new HashMap<>();
      for (int i = 0; i < size; i++) {
        map.put(Long.toString(longs[i]), i);
      }
      texts = map;
    }
    Integer next = map.size();
    Integer known = map.putIfAbsent(key, next);
    return known == null ? next : known;
  }

  Keys toKeys() {
    Map<String, Integer> map = texts;
    if (map == null) {
      return Keys.ofLongs(Arrays.copyOf(longs, size));
    }
    String[] byIndex = new String[map.size()];
    map.forEach((key, index) -> byIndex[index] = key);
    List<String> ordered = new ArrayList<>(Arrays.asList(byIndex));
    return Keys.ofTexts(ordered);
  }

  private int index(long key) {
    int slot = slot(key);
    if (table[slot] != FREE) {
      return table[slot];
    }
    if (size == longs.length) {
      longs = Arrays.copyOf(longs, size * 2);
    }
    longs[size] = key;
    table[slot] = size;
    size++;
    if (size * 2L > table.length) {
      table = newTable(table.length * 2);
      for (int i = 0; i < size; i++) {
        table[slot(longs[i])] = i;
      }
    }
    return size - 1;
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L; // Fibonacci hashing: the high bits are well mixed.
    int slot = (int) (mixed >>> 32) & (table.length - 1);
    while (table[slot] != FREE && longs[table[slot]] != key) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private static int[] newTable(int capacity) {
    int[] table = new int[capacity];
    Arrays.fill(table, FREE);
    return table;
  }

  /** Returns whether {@code Long.toString(Long.parseLong(key))} equals the key. */
  static boolean isCanonicalLong(String key) {
    int digits = key.startsWith("-") ? 1 : 0;
    int length = key.length() - digits;
    if (length < 1 || length > 19) {
      return false;
    }
    for (int i = digits; i < key.length(); i++) {
      if (key.charAt(i) < '0' || key.charAt(i) > '9') {
        return false;
      }
    }
    if (key.charAt(digits) == '0') {
      return key.equals("0");
    }
    try {
      return Long.parseLong(key) != 0;
    } catch (NumberFormatException e) {
      return false; // 19 digits, but out of range.
    }
  }
}
