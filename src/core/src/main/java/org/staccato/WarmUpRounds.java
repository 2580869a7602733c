package org.staccato;

import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.staccato.format.Pace;
import org.staccato.live.ModelVersion;
import org.staccato.model.FeatureInput;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.network.Network;
import org.staccato.rank.CatalogueRanking;
import org.staccato.swap.WarmUp;

/**
 * Runs a scorer until its code is compiled. Vector kernels are hundreds of times slower before, and
 * nothing in Java tells whether code is compiled. But no compiled code takes more than {@link
 * #SLOW_NANOS} for a product of two floats, scalar or not, and nothing else is that fast: the
 * warm-up ends when both a step and an answer are, and have stopped to become faster.
 *
 * <p>The code is shared by all models of a JVM, so only the first pays in full.
 */
final class WarmUpRounds {

  /**
   * How long to wait for code to become faster that is slow still, when other models have been
   * warmed up before: where memory of many kinds was met, compiled code may stay slow.
   */
  private static final long STUCK_NANOS = 300_000_000;

  /** The nanoseconds per product that only code that is not compiled takes. */
  private static final double SLOW_NANOS = 2;

  /** What calls and checks may cost, as products of a step or an answer. */
  private static final long OVERHEAD = 2000;

  /** How long to wait for another improvement, which the last compilation may bring. */
  private static final long PATIENCE_NANOS = 100_000_000;

  /** The same when other models have been warmed up before. */
  private static final long AGAIN_NANOS = 500_000;

  private static final int CALLS_PER_ROUND = 16;

  /** The items that a filter leaves. */
  private static final int FEW = 8;

  /** A round counts as faster than the best before if it takes less than this share of its time. */
  private static final double IMPROVEMENT = 0.9;

  private static volatile boolean done;

  private final Scorer scorer;
  private final UserState user;
  private final Ranked ranked = new Ranked();
  private ItemFilter few = ItemFilter.NONE;
  private float[] features = {};
  private float[] outputs = {};
  private int calls;

  /**
   * Prepares to run a scorer.
   *
   * @param scorer a scorer that nobody else uses
   */
  WarmUpRounds(Scorer scorer) {
    this.scorer = scorer;
    this.user = scorer.newState();
  }

  /**
   * Runs the scorer.
   *
   * @param version the version that answers
   * @param network its network
   * @param pace what to call between rounds
   * @param cancelled whether to give up
   * @return whether the code is compiled, as far as its speed tells
   */
  boolean run(ModelVersion version, Network network, Pace pace, BooleanSupplier cancelled) {
    ModelSpecification model = version.specification();
    scorer.reset(user);
    features = new float[network.stack().features()];
    outputs = new float[model.findPrediction().map(Prediction::outputs).orElse(0)];
    model
        .findRanking()
        .ifPresent(head -> few = ItemFilter.NONE.withAllow(few(version, head.items())));
    double slowStep = SLOW_NANOS * (stepProducts(model) + OVERHEAD);
    double slowAnswer = SLOW_NANOS * (answerProducts(model) + OVERHEAD);
    long patience = done ? AGAIN_NANOS : PATIENCE_NANOS;
    long stuck = done ? STUCK_NANOS : WarmUp.LIMIT_NANOS;
    long start = System.nanoTime();
    long improved = start;
    double bestStep = Double.MAX_VALUE;
    double bestAnswer = Double.MAX_VALUE;
    boolean warm = false;
    long now = start;
    while (now - start < WarmUp.LIMIT_NANOS
        && now - improved <= (warm ? patience : stuck)
        && !cancelled.getAsBoolean()) {
      pace.pause();
      double step = stepNanos(model);
      double answer = answerNanos(network);
      now = System.nanoTime();
      if (step < IMPROVEMENT * bestStep || answer < IMPROVEMENT * bestAnswer) {
        improved = now;
      }
      bestStep = Math.min(bestStep, step);
      bestAnswer = Math.min(bestAnswer, answer);
      warm = bestStep < slowStep && bestAnswer < slowAnswer;
    }
    done |= warm;
    return warm;
  }

  /** Every other step is prepared. */
  private double stepNanos(ModelSpecification model) {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS_PER_ROUND; i++) {
      switch (model.input()) {
        case ItemInput input -> scorer.step(user, (int) (calls * 7919L % input.items()));
        case FeatureInput input -> scorer.step(user, features);
      }
      if ((++calls & 1) == 0) {
        scorer.prepare(user);
      }
    }
    return (double) (System.nanoTime() - start) / CALLS_PER_ROUND;
  }

  private double answerNanos(Network network) {
    long start = System.nanoTime();
    for (Head head : network.specification().heads()) {
      switch (head) {
        case Ranking ranking -> {
          scorer.warmUp(network, user, ranked);
          scorer.topK(user, 1, few, ranked);
          scorer.score(user, calls % ranking.items());
        }
        case Prediction prediction -> scorer.predict(user, outputs);
      }
    }
    return System.nanoTime() - start;
  }

  /** Items so far apart that each is scored by itself. */
  private static ItemSet few(ModelVersion version, int items) {
    int[] list = IntStream.range(0, FEW).map(i -> (int) ((long) i * items / FEW)).toArray();
    return ItemSet.of(version, list, FEW);
  }

  /** The products of a step, padding included, and those of the input whether folded or not. */
  private static long stepProducts(ModelSpecification model) {
    long products = 0;
    for (Layer layer : model.layers()) {
      for (Parameter parameter : layer.parameters()) {
        products += (parameter.rows() + 63L) * parameter.columns();
      }
    }
    return products;
  }

  /** The products of the ranking of one chunk, and of a prediction. */
  private static long answerProducts(ModelSpecification model) {
    long products = 0;
    for (Head head : model.heads()) {
      long outputs = head.outputs() + 63L;
      boolean inChunks = head instanceof Ranking;
      products +=
          (inChunks ? Math.min(outputs, CatalogueRanking.CHUNK * 64L) : outputs) * head.inputs();
    }
    return products;
  }
}
