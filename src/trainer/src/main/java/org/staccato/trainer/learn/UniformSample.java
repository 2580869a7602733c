package org.staccato.trainer.learn;

import java.util.SplittableRandom;

/**
 * Draws distinct numbers, every set of them with the same probability. (R. Floyd; J. Bentley,
 * "Programming Pearls: A Sample of Brilliance", CACM 30(9), 1987.) Confined to one thread at a
 * time.
 */
final class UniformSample {
  private final int end;
  private final int[] drawn;
  private final long[] marks;

  /**
   * Makes a sample of nothing.
   *
   * @param count how many numbers are drawn, at most {@code end}
   * @param end the numbers are at least 0 and below this
   */
  UniformSample(int count, int end) {
    this.end = end;
    drawn = new int[count];
    marks = new long[Math.ceilDiv(end, Long.SIZE)];
  }

  /**
   * Draws a sample, the same one for the same seed.
   *
   * @return the numbers, valid until the next draw
   */
  int[] draw(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < drawn.length; i++) {
      int last = end - drawn.length + i;
      int number = random.nextInt(last + 1);
      drawn[i] = isMarked(number) ? last : number;
      marks[drawn[i] / Long.SIZE] |= 1L << drawn[i];
    }
    for (int number : drawn) {
      marks[number / Long.SIZE] = 0;
    }
    return drawn;
  }

  private boolean isMarked(int number) {
    return (marks[number / Long.SIZE] & 1L << number) != 0;
  }
}
