package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.memory.LittleEndian;
import org.staccato.network.ModelSpecification.Ranking;
import org.staccato.network.Network;
import org.staccato.network.OutputLayer;

/**
 * Advances user states, ranks items and predicts, one user at a time: all the scratch that one
 * thread needs, so that nothing is allocated after its creation once the code is compiled. Confined
 * to the thread that first uses it, which is checked when assertions are on. {@link BatchScorer}
 * takes many users or many steps at once.
 *
 * <p>A model either ranks items or predicts from feature vectors; methods of the other kind throw
 * {@link IllegalStateException}. Scores are logits: the output layer's sums, higher is better. They
 * are never NaN in a ranking. After the model is closed all methods that read it throw {@link
 * IllegalStateException}; a state that was being advanced at that moment is then undefined.
 */
public final class Scorer {
  private final LiveModel live;
  private final String digest;
  private final int items;
  private final int features;
  private final MemorySegment scratch;
  private final MemorySegment input;
  private final MemorySegment sums;
  private final CatalogueRanking ranking = new CatalogueRanking();
  private final @Nullable RankingWorkers workers;
  private final Confinement confinement = new Confinement("scorer");

  Scorer(LiveModel live, @Nullable RankingWorkers workers) {
    Network network = live.network();
    boolean ranks = live.specification().task() instanceof Ranking;
    this.live = live;
    this.digest = live.digest();
    this.items = ranks ? live.specification().ranking().items() : 0;
    this.features = ranks ? 0 : live.specification().prediction().features();
    this.scratch = network.stack().newScratch();
    this.input = network.stack().newInput();
    this.sums = OutputLayer.newScores(ranks ? CatalogueRanking.CHUNK : network.output().blocks());
    this.workers = workers;
  }

  /** {@return a new state of a user without events} */
  public UserState newState() {
    return new UserState(digest, live.network().stack());
  }

  /**
   * Makes a state that of a user without events.
   *
   * @param user the state
   * @throws IllegalArgumentException if the state is of another model version
   */
  public void reset(UserState user) {
    user.requireVersion(digest);
    user.reset();
  }

  /**
   * Computes ahead what the next step of a state needs and does not depend on its event: its
   * recurrent products. To be called after an answer was given; the next step then takes a fraction
   * of its time, and gives the same bits if the backend is still the same, which it is but for the
   * one change after {@link LiveModel#openCold}. A state that is prepared already is left alone.
   *
   * @param user the state, which says by {@link UserState#isPrepared} that it is
   * @throws IllegalArgumentException if the state is of another model version
   * @throws IllegalStateException if the model is closed
   */
  public void prepare(UserState user) {
    assert confinement.holds();
    user.requireVersion(digest);
    if (!user.isPrepared()) {
      live.network().stack().prepare(user.memory());
      user.setPrepared(true);
    }
  }

  /**
   * Advances a state by one event on an item.
   *
   * @param user the state
   * @param item the index of the item of the event
   * @throws IndexOutOfBoundsException if there is no such item; the state is then unchanged
   * @throws IllegalArgumentException if the state is of another model version
   * @throws IllegalStateException if the model takes features or is closed
   */
  public void step(UserState user, int item) {
    assert confinement.holds();
    user.requireVersion(digest);
    requireItem(item);
    boolean prepared = user.isPrepared();
    user.setPrepared(false);
    live.network().stack().step(user.memory(), prepared, scratch, item);
  }

  /**
   * Advances a state by one vector of features.
   *
   * @param user the state
   * @param vector holds the features from its start on
   * @throws IllegalArgumentException if the vector is too short or a feature is not finite, the
   *     state being unchanged, or if the state is of another model version
   * @throws IllegalStateException if the model takes items or is closed
   */
  public void step(UserState user, float[] vector) {
    assert confinement.holds();
    user.requireVersion(digest);
    requirePrediction();
    Features.require(vector, features);
    MemorySegment.copy(vector, 0, input, LittleEndian.FLOAT, 0, features);
    boolean prepared = user.isPrepared();
    user.setPrepared(false);
    live.network().stack().step(user.memory(), prepared, scratch, input);
  }

  /**
   * Predicts from a state.
   *
   * @param user the state
   * @param outputs receives the outputs from its start on
   * @return the number of outputs
   * @throws IllegalArgumentException if the array is too short or the state is of another model
   *     version
   * @throws IllegalStateException if the model ranks items or is closed
   */
  public int predict(UserState user, float[] outputs) {
    assert confinement.holds();
    user.requireVersion(digest);
    requirePrediction();
    Network network = live.network();
    requireLength("outputs", outputs, network.head().outputs());
    network.head().predict(user.memory(), sums, outputs);
    return network.head().outputs();
  }

  /**
   * Ranks the whole catalogue.
   *
   * @param user the state
   * @param k the most items to return, at least 1; may exceed the catalogue
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1 or the state is of another model version
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public int topK(UserState user, int k, Ranked ranked) {
    return topK(user, k, ItemFilter.NONE, ranked);
  }

  /**
   * Ranks the items that pass a filter.
   *
   * @param user the state
   * @param k the most items to return, at least 1; may exceed the catalogue
   * @param filter which items may be returned
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1, a set of the filter is of another catalogue,
   *     or the state is of another model version
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public int topK(UserState user, int k, ItemFilter filter, Ranked ranked) {
    assert confinement.holds();
    user.requireVersion(digest);
    requireRanking();
    filter.requireItems(items);
    if (k < 1) {
      throw new IllegalArgumentException("k: found " + k + ", expected at least 1");
    }
    OutputLayer output = live.network().output();
    if (workers == null || output.blocks() < RankingWorkers.LEAST_BLOCKS) {
      ranking.rank(output, user.memory(), 0, output.blocks(), items, k, filter, ranked);
    } else {
      workers.rank(ranking, output, user.memory(), items, k, filter, ranked);
    }
    return ranked.size();
  }

  /** Ranks one chunk, for the sake of the compiler: a whole catalogue takes long before. */
  void warmUp(Network network, UserState user, Ranked ranked) {
    OutputLayer output = network.output();
    int to = Math.min(CatalogueRanking.CHUNK, output.blocks());
    ranking.rank(output, user.memory(), 0, to, items, 1, ItemFilter.NONE, ranked);
  }

  /**
   * Scores one item.
   *
   * @param user the state
   * @param item the index of the item
   * @return its score
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws IllegalArgumentException if the state is of another model version
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public float score(UserState user, int item) {
    assert confinement.holds();
    user.requireVersion(digest);
    requireItem(item);
    return live.network().output().score(user.memory(), item);
  }

  /**
   * Scores a batch of candidates.
   *
   * @param user the state
   * @param candidates the indices of the items
   * @param count how many of them to score
   * @param results receives their scores
   * @throws IndexOutOfBoundsException if there is no such item, or if an array is shorter than the
   *     count; the results of the candidates before are then valid
   * @throws IllegalArgumentException if the state is of another model version
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public void score(UserState user, int[] candidates, int count, float[] results) {
    assert confinement.holds();
    user.requireVersion(digest);
    requireRanking();
    Objects.checkFromIndexSize(0, count, Math.min(candidates.length, results.length));
    OutputLayer output = live.network().output();
    for (int i = 0; i < count; i++) {
      requireItem(candidates[i]);
      results[i] = output.score(user.memory(), candidates[i]);
    }
  }

  /**
   * Scores the whole catalogue.
   *
   * @param user the state
   * @param all receives one score per item
   * @throws IllegalArgumentException if the array is shorter than the catalogue or the state is of
   *     another model version
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public void scores(UserState user, float[] all) {
    assert confinement.holds();
    user.requireVersion(digest);
    requireRanking();
    requireLength("scores", all, items);
    OutputLayer output = live.network().output();
    for (int first = 0; first < output.blocks(); first += CatalogueRanking.CHUNK) {
      int count = Math.min(CatalogueRanking.CHUNK, output.blocks() - first);
      output.score(user.memory(), first, count, sums);
      int start = first * OutputLayer.BLOCK;
      int length = Math.min(count * OutputLayer.BLOCK, items - start);
      MemorySegment.copy(sums, LittleEndian.FLOAT, 0, all, start, length);
    }
  }

  static void requireLength(String what, float[] array, int length) {
    if (array.length < length) {
      throw new IllegalArgumentException(
          what + ": found an array of " + array.length + ", expected at least " + length);
    }
  }

  private void requireRanking() {
    if (items == 0) {
      live.specification().ranking();
    }
  }

  private void requirePrediction() {
    if (features == 0) {
      live.specification().prediction();
    }
  }

  private void requireItem(int item) {
    if (item < 0 || item >= items) {
      requireRanking();
      throw new IndexOutOfBoundsException("item: found " + item + ", expected 0 to " + (items - 1));
    }
  }
}
