package org.staccato.trainer.log;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * The distinct external keys of users or items, in index order.
 *
 * <p>Keys are 64-bit integers if every one of them is the canonical decimal form of a {@code long}
 * ({@code 17}, {@code -3}, but not {@code 007} or {@code +1}); otherwise all of them are text.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class Keys {
  private static final long[] NO_LONGS = {};

  private final boolean numeric;
  private final long[] longs;
  private final List<String> texts;

  private Keys(boolean numeric, long[] longs, List<String> texts) {
    this.numeric = numeric;
    this.longs = longs;
    this.texts = texts;
  }

  /**
   * {@return keys that are 64-bit integers}
   *
   * @param keys one key per index, distinct; copied
   * @throws IllegalArgumentException if a key occurs twice
   */
  public static Keys ofLongs(long... keys) {
    long[] sorted = keys.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new IllegalArgumentException("key " + sorted[i] + " occurs twice");
      }
    }
    return new Keys(true, keys.clone(), List.of());
  }

  /**
   * {@return keys that are text}
   *
   * @param keys one key per index, distinct; copied
   * @throws IllegalArgumentException if a key occurs twice
   */
  public static Keys ofTexts(List<String> keys) {
    HashSet<String> distinct = HashSet.newHashSet(keys.size());
    for (String key : keys) {
      if (!distinct.add(key)) {
        throw new IllegalArgumentException("key '" + key + "' occurs twice");
      }
    }
    return new Keys(false, NO_LONGS, List.copyOf(keys));
  }

  /** {@return the number of keys} */
  public int size() {
    return numeric ? longs.length : texts.size();
  }

  /** {@return whether the keys are 64-bit integers rather than text} */
  public boolean numeric() {
    return numeric;
  }

  /**
   * {@return the key of an index as text, also if keys are integers}
   *
   * @param index the index, from 0 to {@code size() - 1}
   */
  public String text(int index) {
    return numeric ? Long.toString(longs[index]) : texts.get(index);
  }

  /**
   * {@return a copy of the keys as 64-bit integers}
   *
   * @throws IllegalStateException if the keys are text
   */
  public long[] longs() {
    if (!numeric) {
      throw new IllegalStateException("the keys are text, not 64-bit integers");
    }
    return longs.clone();
  }

  /** {@return an immutable list of the keys as text, also if keys are integers} */
  public List<String> texts() {
    return numeric ? Arrays.stream(longs).mapToObj(Long::toString).toList() : texts;
  }
}
