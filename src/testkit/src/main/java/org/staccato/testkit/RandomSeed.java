package org.staccato.testkit;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The seeds of the random tests. The property {@value #PROPERTY} replaces all of them: a failure
 * names its seed, and a run with that value of the property repeats it. Without the property, a
 * test has either a seed of its own, the same in each run, or the fresh one of this run.
 */
public final class RandomSeed {
  private static final String PROPERTY = "staccato.seed";

  private RandomSeed() {}

  /** The seed of a test that is the same in each run. */
  public static long of(long own) {
    return Long.getLong(PROPERTY, own);
  }

  /** Random numbers that are the same in each run. */
  public static Random random(long own) {
    return new Random(of(own));
  }

  /** The seed of tests that meet something new in each run; printed when it is first asked for. */
  public static long fresh() {
    return Fresh.SEED;
  }

  private static final class Fresh {
    static final long SEED = of(ThreadLocalRandom.current().nextLong());

    static {
      System.out.println("Random tests of this run are repeated by -D" + PROPERTY + "=" + SEED);
    }
  }
}
