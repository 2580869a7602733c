package org.staccato;

/**
 * Runs a scorer until its code is compiled. Vector kernels are hundreds of times slower before.
 *
 * <p>The code is shared by all models of a JVM, so only the first pays in full. There is no way to
 * ask whether code is compiled: the first warm-up ends when rounds have stopped to become faster,
 * and not before the calls that the compiler wants to have seen.
 */
final class WarmUp {

  /** The longest warm-up. */
  static final long LIMIT_NANOS = 1_500_000_000;

  /** How long a first warm-up waits for another improvement, which a compiler thread may bring. */
  private static final long PATIENCE_NANOS = 300_000_000;

  /** How long it takes to fetch the weights of another model into the caches, and its pages. */
  private static final long AGAIN_NANOS = 20_000_000;

  /** More than the 15,000 calls after which C2 compiles. */
  private static final int STEPS = 20_000;

  private static final int STEPS_PER_ROUND = 32;

  /** A round counts as faster than the best before if it takes less than this share of its time. */
  private static final double IMPROVEMENT = 0.9;

  private static volatile boolean done;

  private WarmUp() {}

  static void run(Scorer scorer, int items) {
    long patience = done ? AGAIN_NANOS : PATIENCE_NANOS;
    int least = done ? 0 : STEPS;
    UserState user = scorer.newState();
    Ranked ranked = new Ranked();
    long start = System.nanoTime();
    long now = start;
    long improved = start;
    double best = Double.MAX_VALUE;
    int steps = 0;
    while (now - start < LIMIT_NANOS && (steps < least || now - improved < patience)) {
      long before = now;
      for (int i = 0; i < STEPS_PER_ROUND; i++) {
        scorer.step(user, (int) ((steps + i) * 7919L % items));
      }
      scorer.warmUp(user, ranked);
      steps += STEPS_PER_ROUND;
      now = System.nanoTime();
      if (now - before < IMPROVEMENT * best) {
        best = now - before;
        improved = now;
      }
    }
    done = true;
  }
}
