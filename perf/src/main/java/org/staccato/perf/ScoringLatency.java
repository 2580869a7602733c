package org.staccato.perf;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;

/**
 * What a service does with a model, as actions to time: a step, the ranking of the catalogue, and
 * the two together.
 *
 * <p>The events are drawn by the popularity of the items, so that the caches meet what they would
 * meet in service; they are drawn before anything is timed. Confined to one thread; the model stays
 * the caller's.
 */
public final class ScoringLatency {
  private static final int EVENTS = 1 << 16;
  private static final long SEED = 1;

  private final int k;
  private final Scorer scorer;
  private final UserState user;
  private final Ranked ranked;
  private final int[] events;
  private int next;

  /**
   * Prepares the actions.
   *
   * @param model an open model
   * @param k how many items to rank, at least 1; at most the catalogue is ranked
   * @throws IllegalArgumentException if k is below 1
   */
  public ScoringLatency(LiveModel model, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: found " + k + ", expected at least 1");
    }
    this.k = Math.min(k, model.items().size());
    scorer = model.newScorer();
    user = scorer.newState();
    ranked = new Ranked(this.k);
    events = drawEvents(model);
  }

  /**
   * Measures the three series.
   *
   * @param measurement how long to warm up and to measure each
   * @return the series {@code step}, {@code top-k} and {@code step + top-k}, with the number in
   *     place of k
   */
  public List<LatencySeries> measure(LatencyMeasurement measurement) {
    String top = "top-" + k;
    return List.of(
        measurement.measure("step", this::step),
        measurement.measure(top, new Ranking()),
        measurement.measure("step + " + top, this::stepAndRank));
  }

  /** Ranks after a step that is not timed, so that each ranking is of another state. */
  private final class Ranking implements TimedAction {
    @Override
    public void prepare() {
      step();
    }

    @Override
    public void run() {
      scorer.topK(user, k, ranked);
    }
  }

  private void step() {
    scorer.step(user, events[next++ & (EVENTS - 1)]);
  }

  private void stepAndRank() {
    step();
    scorer.topK(user, k, ranked);
  }

  private static int[] drawEvents(LiveModel model) {
    double[] cumulative = new double[model.items().size()];
    double sum = 0;
    for (int item = 0; item < cumulative.length; item++) {
      sum += Math.max(0, model.popularity(item)) + Float.MIN_VALUE;
      cumulative[item] = sum;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    int[] events = new int[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      int found = Arrays.binarySearch(cumulative, random.nextDouble() * sum);
      events[i] = Math.min(found >= 0 ? found : -found - 1, cumulative.length - 1);
    }
    return events;
  }
}
