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
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Parameter;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.network.Network;
import org.staccato.rank.CatalogueRanking;
import org.staccato.swap.WarmUp;

/**
 * Runs a scorer until its code is compiled. Until then vector kernels are hundreds of times slower,
 * and no Java API says whether code is compiled. But all compiled code, scalar or not, takes less
 * than {@link #SLOW_NANOS} for a product of two floats, and no other code is that fast: the warm-up
 * ends when both a step and an answer reach this speed and have stopped getting faster.
 *
 * <p>All models of a JVM share the code, so only the first one takes the full time.
 */
final class WarmUpRounds {

  /**
   * The longest wait for slow code to become faster, if other models have been warmed up before:
   * compiled code that has seen many kinds of memory may stay slow.
   */
  private static final long STUCK_NANOS = 300_000_000;

  /** The nanoseconds per product that only code that is not compiled exceeds. */
  private static final double SLOW_NANOS = 2;

  /** The cost of calls and checks, counted as products of a step or an answer. */
  private static final long OVERHEAD = 2000;

  /** The longest wait for another improvement, which the last compilation may bring. */
  private static final long PATIENCE_NANOS = 100_000_000;

  /** The same when other models have been warmed up before. */
  private static final long AGAIN_NANOS = 500_000;

  /** The cost of an exponential, counted as products. */
  private static final long EXPONENTIAL = 16;

  private static final int CALLS_PER_ROUND = 16;

  /** The number of items that the filter of a round lets pass. */
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
   * @param scorer a scorer that no other thread uses
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
   * @param pace called between rounds, pauses to keep to a share of a core
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

  /** Measures steps, every other one prepared, and returns the nanoseconds of a step. */
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
        case NeighbourMemory memory -> {
          // The answers of the ranking beside it run its code.
        }
      }
    }
    return System.nanoTime() - start;
  }

  /** Returns items so far apart that a ranking scores each of them alone. */
  private static ItemSet few(ModelVersion version, int items) {
    int[] list = IntStream.range(0, FEW).map(i -> (int) ((long) i * items / FEW)).toArray();
    return ItemSet.of(version, list, FEW);
  }

  /**
   * Counts the products of a step, padding included, and those of the input whether folded or not.
   */
  private static long stepProducts(ModelSpecification model) {
    long products = 0;
    for (Layer layer : model.layers()) {
      for (Parameter parameter : layer.parameters()) {
        products += (parameter.rows() + 63L) * parameter.columns();
      }
    }
    return products;
  }

  /**
   * Counts the products of the ranking of one chunk, or of a prediction. With a memory, the ranking
   * and the score of a round take those of the catalogue each, an exponential for each item, and
   * the candidates of a look-up.
   */
  private static long answerProducts(ModelSpecification model) {
    long products = model.findMemory().map(memory -> blendedProducts(model, memory)).orElse(0L);
    for (Head head : model.heads()) {
      long outputs = head.outputs() + 63L;
      boolean inChunks = head instanceof Ranking;
      products +=
          (inChunks ? Math.min(outputs, CatalogueRanking.CHUNK * 64L) : outputs) * head.inputs();
    }
    return products;
  }

  private static long blendedProducts(ModelSpecification model, NeighbourMemory memory) {
    long candidates = Math.min(memory.search().sample(), memory.sequences());
    long lookup = (candidates + memory.entries()) * memory.search().history();
    return 2 * (memory.items() * (model.width() + EXPONENTIAL) + lookup);
  }
}
