package org.staccato.model;

/** Checks sizes. */
final class Range {
  private Range() {}

  /** Throws unless a value lies between 1 and a limit. */
  static void require(String field, int value, int limit) {
    if (value < 1 || value > limit) {
      throw new IllegalArgumentException(field + ": found " + value + ", expected 1 to " + limit);
    }
  }
}
