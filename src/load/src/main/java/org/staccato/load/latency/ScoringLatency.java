package org.staccato.load.latency;

import java.util.List;
import java.util.SplittableRandom;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.model.FeatureInput;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;

/**
 * Measures the latency of the calls that a service makes: a step, a prepared step, the answer after
 * a step, and step and answer together. The answer is the ranking of the catalogue, or a
 * prediction.
 *
 * <p>Items are drawn by their popularity, as {@link PopularItems} does, and features from a normal
 * distribution, both before the first call is timed. Confined to one thread; the caller owns the
 * model.
 */
public final class ScoringLatency {
  private static final int EVENTS = 1 << 16;
  private static final int VECTORS = 1 << 10;
  private static final long SEED = 1;

  private final Scorer scorer;
  private final UserState user;
  private final String answerName;
  private final Runnable step;
  private final Runnable answer;
  private int next;

  /**
   * Prepares the actions.
   *
   * @param model an open model
   * @param k the number of items to rank, at least 1; the size of the catalogue is the limit
   * @throws IllegalArgumentException if k is below 1
   */
  public ScoringLatency(LiveModel model, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: found " + k + ", expected at least 1");
    }
    scorer = model.newScorer();
    user = scorer.newState();
    ModelSpecification specification = model.version().specification();
    step =
        switch (specification.input()) {
          case ItemInput input -> {
            int[] events = PopularItems.draw(model, EVENTS, SEED);
            yield () -> scorer.step(user, events[next++ & (EVENTS - 1)]);
          }
          case FeatureInput input -> {
            float[][] vectors = drawVectors(input.width());
            yield () -> scorer.step(user, vectors[next++ & (VECTORS - 1)]);
          }
        };
    Head head =
        specification
            .findRanking()
            .<Head>map(ranking -> ranking)
            .orElseGet(specification::prediction);
    switch (head) {
      case Ranking ranking -> {
        int count = Math.min(k, ranking.items());
        Ranked ranked = new Ranked(count);
        answerName = "top-" + count;
        answer = () -> scorer.topK(user, count, ranked);
      }
      case Prediction prediction -> {
        float[] outputs = new float[prediction.outputs()];
        answerName = "predict";
        answer = () -> scorer.predict(user, outputs);
      }
      case NeighbourMemory memory -> throw new AssertionError("a memory goes with a ranking");
    }
  }

  /**
   * Measures the four series.
   *
   * @param measurement the length of the warm-up and of the measurement of each series
   * @return the series {@code step}, {@code prepared step}, {@code top-k}, with the number in place
   *     of k, or {@code predict}, and {@code step + } that
   */
  public List<LatencySeries> measure(LatencyMeasurement measurement) {
    return List.of(
        measurement.measure("step", step::run),
        measurement.measure("prepared step", after(() -> scorer.prepare(user), step)),
        // An untimed step comes first, so that each answer is for another state.
        measurement.measure(answerName, after(step, answer)),
        measurement.measure("step + " + answerName, this::stepAndAnswer));
  }

  private static TimedAction after(Runnable preparation, Runnable action) {
    return new TimedAction() {
      @Override
      public void prepare() {
        preparation.run();
      }

      @Override
      public void run() {
        action.run();
      }
    };
  }

  private void stepAndAnswer() {
    step.run();
    answer.run();
  }

  private static float[][] drawVectors(int features) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[][] vectors = new float[VECTORS][features];
    for (float[] vector : vectors) {
      for (int i = 0; i < features; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }
}
