package org.staccato.users.items;

import java.util.Arrays;

/**
 * Longs in the order in which they were added. They never move, so a thread that has learnt a place
 * from another thread reads it without a lock. One thread at a time adds.
 */
final class LongPages {
  private static final int SHIFT = 13;
  private static final int MASK = (1 << SHIFT) - 1;

  private volatile long[][] pages = {};
  private volatile int size;

  /** Returns the number of values; each place below it can be read. */
  int size() {
    return size;
  }

  long get(int place) {
    return pages[place >>> SHIFT][place & MASK];
  }

  /** Adds a value, and returns its place. */
  int add(long value) {
    int place = size;
    long[][] all = pages;
    if (place >>> SHIFT == all.length) {
      all = Arrays.copyOf(all, all.length + 1);
      all[place >>> SHIFT] = new long[1 << SHIFT];
      pages = all;
    }
    all[place >>> SHIFT][place & MASK] = value;
    size = place + 1;
    return place;
  }
}
