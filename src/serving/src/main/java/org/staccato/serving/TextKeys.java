package org.staccato.serving;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.staccato.format.ItemKeys;

/**
 * Textual keys in UTF-8, each at a place of its own, in few large arrays. A key is read by its
 * place without a lock; all else is for one thread at a time.
 */
final class TextKeys extends KeyTable {
  private static final int PAGE_SHIFT = 18;
  private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;

  /** The bits of a length, which is at most {@link ItemKeys#TEXT_LIMIT}. */
  private static final int LENGTH_BITS = 16;

  private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

  /** Where the bytes of each key begin, and how many there are. */
  private final LongPages spans = new LongPages();

  private volatile byte[][] pages = {};

  /** Where the next key may begin. */
  private long end;

  int size() {
    return spans.size();
  }

  int length(int place) {
    return (int) spans.get(place) & LENGTH_MASK;
  }

  /** The text at a place. */
  String get(int place) {
    long span = spans.get(place);
    return new String(page(span), offset(span), length(place), StandardCharsets.UTF_8);
  }

  /** Writes the bytes at a place. */
  void copyTo(int place, ByteBuffer target) {
    long span = spans.get(place);
    target.put(page(span), offset(span), length(place));
  }

  /** Whether the key at a place has these bytes. */
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

  /** 64-bit FNV-1a, mixed. */
  private static long hash(byte[] bytes, int offset, int length) {
    long hash = 0xcbf29ce484222325L;
    for (int i = offset; i < offset + length; i++) {
      hash = (hash ^ Byte.toUnsignedLong(bytes[i])) * 0x100000001b3L;
    }
    return mix(hash);
  }

  /** The place of a key, or −1. */
  int find(byte[] text, int offset, int length) {
    long hash = hash(text, offset, length);
    int[] table = table(hash);
    for (int slot = first(hash, table); table[slot] != 0; slot = next(slot, table)) {
      if (matches(table[slot] - 1, text, offset, length)) {
        return table[slot] - 1;
      }
    }
    return -1;
  }

  /** Adds a key that is not there yet, and returns its place. */
  int add(byte[] text, int offset, int length) {
    byte[][] all = pages;
    // No key lies in two pages.
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
