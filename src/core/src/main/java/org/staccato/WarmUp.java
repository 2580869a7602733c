package org.staccato;

import org.staccato.network.ModelSpecification;

/**
 * Runs a scorer until its code is compiled. Vector kernels are hundreds of times slower before, and
 * nothing in Java tells whether code is compiled. But no compiled code takes more than {@link
 * #SLOW_NANOS} for a product of two floats, scalar or not, and nothing else is that fast: the
 * warm-up ends when both a step and a ranking are, and have stopped to become faster.
 *
 * <p>The code is shared by all models of a JVM, so only the first pays in full.
 */
final class WarmUp {

  /**
   * The longest warm-up. Two or three seconds are usual; it takes longer where compiler threads
   * must wait.
   */
  static final long LIMIT_NANOS = 5_000_000_000L;

  /** The nanoseconds per product that only code that is not compiled takes. */
  private static final double SLOW_NANOS = 2;

  /** What calls and checks may cost, as products of a step or a ranking. */
  private static final long OVERHEAD = 2000;

  /** How long to wait for another improvement, which the last compilation may bring. */
  private static final long PATIENCE_NANOS = 100_000_000;

  /** The same when other models have been warmed up before. */
  private static final long AGAIN_NANOS = 20_000_000;

  private static final int CALLS_PER_ROUND = 16;

  /** A round counts as faster than the best before if it takes less than this share of its time. */
  private static final double IMPROVEMENT = 0.9;

  private static volatile boolean done;

  private final Scorer scorer;
  private final UserState user;
  private final Ranked ranked = new Ranked();
  private final int items;
  private int calls;

  private WarmUp(Scorer scorer, int items) {
    this.scorer = scorer;
    this.user = scorer.newState();
    this.items = items;
  }

  static void run(Scorer scorer, ModelSpecification model) {
    new WarmUp(scorer, model.items()).run(stepProducts(model), rankingProducts(model));
  }

  private void run(long stepProducts, long rankingProducts) {
    long patience = done ? AGAIN_NANOS : PATIENCE_NANOS;
    long start = System.nanoTime();
    long improved = start;
    double bestStep = Double.MAX_VALUE;
    double bestRanking = Double.MAX_VALUE;
    boolean warm = false;
    long now = start;
    while (now - start < LIMIT_NANOS && !(warm && now - improved > patience)) {
      double step = stepNanos();
      double ranking = rankingNanos();
      now = System.nanoTime();
      if (step < IMPROVEMENT * bestStep || ranking < IMPROVEMENT * bestRanking) {
        improved = now;
      }
      bestStep = Math.min(bestStep, step);
      bestRanking = Math.min(bestRanking, ranking);
      warm =
          bestStep < SLOW_NANOS * (stepProducts + OVERHEAD)
              && bestRanking < SLOW_NANOS * (rankingProducts + OVERHEAD);
    }
    done |= warm;
  }

  private double stepNanos() {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS_PER_ROUND; i++) {
      scorer.step(user, (int) (calls++ * 7919L % items));
    }
    return (double) (System.nanoTime() - start) / CALLS_PER_ROUND;
  }

  private double rankingNanos() {
    long start = System.nanoTime();
    scorer.warmUp(user, ranked);
    return System.nanoTime() - start;
  }

  /** The products of a step, padding included. */
  private static long stepProducts(ModelSpecification model) {
    long products = 0;
    for (int layer = 0; layer < model.hiddenSizes().size(); layer++) {
      long units = model.hiddenSizes().get(layer);
      products += 4 * (units + 15) * (units + (layer == 0 ? 0 : model.inputSize(layer)));
    }
    return products;
  }

  /** The products of a ranking of one chunk. */
  private static long rankingProducts(ModelSpecification model) {
    return (long) Math.min(model.items() + 15, Scorer.CHUNK * 16) * model.outputSize();
  }
}
