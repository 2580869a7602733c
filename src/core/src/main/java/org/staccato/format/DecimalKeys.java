package org.staccato.format;

import org.staccato.memory.Bounds;

/**
 * Reads and writes the decimal form of 64-bit keys in ASCII, as {@link Long#toString(long)} writes
 * it, without allocation.
 */
final class DecimalKeys {

  /** The text of the least long, whose absolute value does not fit a long. */
  private static final String LEAST = Long.toString(Long.MIN_VALUE);

  private DecimalKeys() {}

  /** Returns whether bytes are the canonical decimal form of a long. */
  static boolean isCanonical(byte[] text, int offset, int length) {
    int start = length > 0 && text[offset] == '-' ? 1 : 0;
    int digits = length - start;
    if (digits < 1 || digits > 19) {
      return false;
    }
    for (int i = offset + start; i < offset + length; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return false;
      }
    }
    if (text[offset + start] == '0') {
      return length == 1;
    }
    return digits < 19 || isInRange(text, offset + start, start == 1);
  }

  /** Returns whether 19 digits do not exceed those of the least or the greatest long. */
  private static boolean isInRange(byte[] text, int offset, boolean negative) {
    for (int i = 0; i < 19; i++) {
      // The two have the same digits except for the last one, 8 and 7.
      int limit = LEAST.charAt(1 + i) - (i == 18 && !negative ? 1 : 0);
      if (text[offset + i] != limit) {
        return text[offset + i] < limit;
      }
    }
    return true;
  }

  /** Reads a canonical form. */
  static long parse(byte[] text, int offset, int length) {
    boolean negative = text[offset] == '-';
    long value = 0;
    for (int i = negative ? 1 : 0; i < length; i++) {
      value = 10 * value - (text[offset + i] - '0');
    }
    return negative ? value : -value;
  }

  /** Writes a key to the start of an array, and returns the number of bytes. */
  static int write(long key, byte[] target) {
    int length = key < 0 ? 2 : 1;
    for (long rest = key / 10; rest != 0; rest /= 10) {
      length++;
    }
    Bounds.requireElements("target", 0, length, target.length);
    long rest = key;
    for (int i = length - 1; i >= (key < 0 ? 1 : 0); i--) {
      target[i] = (byte) ('0' + Math.abs((int) (rest % 10)));
      rest /= 10;
    }
    if (key < 0) {
      target[0] = '-';
    }
    return length;
  }
}
