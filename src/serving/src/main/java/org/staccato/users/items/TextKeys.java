package org.staccato.users.items;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.staccato.format.ItemKeys;

/**
 * Textual keys in UTF-8 in the order in which they were added, in few large arrays. The methods
 * that take a place need no lock; one thread at a time calls the other ones.
 */
public final class TextKeys extends KeyIndex {
  private static final int PAGE_SHIFT = 18;
  private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;

  /** The bits of a length, which is at most {@link ItemKeys#TEXT_LIMIT}. */
  private static final int LENGTH_BITS = 16;

  private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

  /** The position of the first byte of each key, and its length. */
  private final LongPages spans = new LongPages();

  private volatile byte[][] pages = {};

  /** The position after the last key. */
  private long end;

  TextKeys() {}

  int size() {
    return spans.size();
  }

  /**
   * Returns the length of a key.
   *
   * @param place the place of a key, from 0
   * @return its bytes of UTF-8
   */
  public int length(int place) {
    return (int) spans.get(place) & LENGTH_MASK;
  }

  /**
   * Returns a key.
   *
   * @param place the place of a key, from 0
   * @return the key
   */
  public String get(int place) {
    long span = spans.get(place);
    return new String(page(span), offset(span), length(place), StandardCharsets.UTF_8);
  }

  /**
   * Copies the UTF-8 of a key.
   *
   * @param place the place of a key, from 0
   * @param target receives its bytes
   */
  public void copyTo(int place, ByteBuffer target) {
    long span = spans.get(place);
    target.put(page(span), offset(span), length(place));
  }

  /** Tells whether the key at a place has these bytes. */
  boolean matches(int place, byte[] text, int offset, int length) {
    long span = spans.get(place);
    int start = offset(span);
    return length(place) == length
        && Arrays.equals(page(span), start, start + length, text, offset, offset + length);
  }

  private byte[] page(long span) {
    return pages[(int) (span >>> (LENGTH_BITS + PAGE_SHIFT))];
  }

  private static int offset(long span) {
    return (int) (span >>> LENGTH_BITS) & PAGE_MASK;
  }

  @Override
  long hashAt(int place) {
    long span = spans.get(place);
    return hash(page(span), offset(span), length(place));
  }

  /** Computes 64-bit FNV-1a, and mixes its bits. */
  private static long hash(byte[] bytes, int offset, int length) {
    long hash = 0xcbf29ce484222325L;
    for (int i = offset; i < offset + length; i++) {
      hash = (hash ^ Byte.toUnsignedLong(bytes[i])) * 0x100000001b3L;
    }
    return KeyHash.mix(hash);
  }

  /** Returns the place of a key, or −1. */
  int find(byte[] text, int offset, int length) {
    long hash = hash(text, offset, length);
    int[] table = table(hash);
    for (int bucket = first(hash, table); table[bucket] != 0; bucket = next(bucket, table)) {
      if (matches(table[bucket] - 1, text, offset, length)) {
        return table[bucket] - 1;
      }
    }
    return -1;
  }

  /** Adds a key that is not there yet, and returns its place. */
  int add(byte[] text, int offset, int length) {
    byte[][] all = pages;
    // A key does not cross the end of a page.
    if ((end & PAGE_MASK) + length > PAGE_MASK || all.length == 0) {
      end = (long) all.length << PAGE_SHIFT;
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = new byte[1 << PAGE_SHIFT];
      pages = all;
    }
    System.arraycopy(text, offset, all[all.length - 1], (int) end & PAGE_MASK, length);
    int place = spans.add(end << LENGTH_BITS | length);
    end += length;
    add(hash(text, offset, length), place);
    return place;
  }
}
