package org.staccato.benchmarks;

import java.io.IOException;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.model.Weights;

/**
 * Steps of a layer on items whose inputs are folded into rows, through the API. The items come in a
 * scattered order, so that rows are fetched from the level of the memory that holds {@value #ITEMS}
 * rows.
 */
final class ItemSteps implements AutoCloseable {
  static final int ITEMS = 1024;

  private final LiveModel live;
  private final Scorer scorer;
  private final UserState user;
  private int item;

  ItemSteps(int size, String types) throws IOException {
    this(BenchmarkWeights.network(ITEMS, size), types);
  }

  ItemSteps(Weights weights, String types) throws IOException {
    live = LiveModel.open(BenchmarkWeights.write(weights, types));
    scorer = live.newScorer();
    user = scorer.newState();
  }

  /** Returns the item after another one, in a full cycle through all items. */
  static int after(int item) {
    return (5 * item + 1) % ITEMS;
  }

  void prepare() {
    scorer.prepare(user);
  }

  void step() {
    item = after(item);
    scorer.step(user, item);
  }

  float hidden(int unit) {
    return user.hidden(0, unit);
  }

  float score(int ranked) {
    return scorer.score(user, ranked);
  }

  @Override
  public void close() {
    live.close();
  }
}
