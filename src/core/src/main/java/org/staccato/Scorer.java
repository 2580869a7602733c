package org.staccato;

import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.memory.Bounds;
import org.staccato.model.Event;
import org.staccato.network.Network;
import org.staccato.network.PredictionHead;
import org.staccato.rank.CatalogueRanking;
import org.staccato.rank.RankingTask;
import org.staccato.rank.TopK;
import org.staccato.swap.Lease;
import org.staccato.swap.Publication;

/**
 * Advances user states, ranks items and predicts, one user at a time. Owns all the scratch that one
 * thread needs, and allocates nothing after its creation once the code is compiled. One thread at a
 * time uses a scorer. {@link BatchScorer} takes many users or many steps at once.
 *
 * <p>All methods that read the model throw {@link IllegalStateException} after the model is closed,
 * and if the model does not support them: a model takes items or features, and ranks, predicts or
 * both. A state that a call is advancing while the model is closed is undefined afterwards. Scores
 * are logits: the sums of the output layer, higher is better. They are never NaN in a ranking.
 *
 * <p>The scores of a model with a memory, {@link org.staccato.model.NeighbourMemory}, are natural
 * logarithms of the blended probabilities instead. A probability depends on the whole catalogue, so
 * that every ranking or scoring of such a model, of few items too, takes one pass over it.
 */
public final class Scorer implements ModelReader {
  private final Lease<ScorerScratch> lease;
  private final CatalogueRanking ranking = new CatalogueRanking();
  private final RankingTask task = new RankingTask();
  private final AcquiredVersion acquired = new AcquiredVersion(this);
  private final @Nullable RankingWorkers workers;

  Scorer(Publication publication, @Nullable RankingWorkers workers) {
    this.lease = publication.newLease(ScorerScratch.FACTORY);
    this.workers = workers;
  }

  @Override
  public AcquiredVersion acquire() {
    return acquired.of(lease.acquire());
  }

  @Override
  public void release() {
    lease.release();
  }

  @Override
  public boolean isAcquired() {
    return lease.isAcquired();
  }

  @Override
  public ItemKeys itemKeys() {
    return lease.acquired().network.itemKeys();
  }

  /**
   * Makes a state.
   *
   * @return a new state of a user without events, of the current version
   */
  public UserState newState() {
    ScorerScratch scratch = lease.enter();
    try {
      return new UserState(scratch.digest, scratch.network.stack());
    } finally {
      lease.exit();
    }
  }

  /**
   * Resets a state to that of a user without events, for the current version. The state may belong
   * to another version; this allocates only if the current one needs a larger state.
   *
   * @param user the state
   */
  public void reset(UserState user) {
    ScorerScratch scratch = lease.enter();
    try {
      user.reset(scratch.digest, scratch.network.stack());
    } finally {
      lease.exit();
    }
  }

  /**
   * Computes ahead the part of a state's next step that does not depend on its event: the recurrent
   * products. Call it after an answer; the next step then takes a fraction of its time, and gives
   * the same bits, because a backend does not use the products of another one. Does nothing for a
   * state that {@link UserState#isPrepared}.
   *
   * @param user the state
   * @throws StaleVersionException if the state is of another model version
   */
  public void prepare(UserState user) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      user.prepare(scratch.network.stack());
    } finally {
      lease.exit();
    }
  }

  /**
   * Advances a state by one event on an item. An event on an unknown item changes nothing. To a
   * model that takes attributes of events, all of them are unknown.
   *
   * @param user the state
   * @param item the index of the item of the event, or {@link ItemKeys#UNKNOWN}
   * @return whether the item is known and the state was advanced
   * @throws IndexOutOfBoundsException if there is no such item; the state is then unchanged
   * @throws StaleVersionException if the state is of another model version
   */
  public boolean step(UserState user, int item) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      if (!scratch.isKnown(item)) {
        return false;
      }
      boolean prepared = user.isPreparedBy(scratch.network.stack());
      user.setUnprepared();
      scratch.network.stack().step(user.memory(), prepared, scratch.step, item);
      return true;
    } finally {
      lease.exit();
    }
  }

  /**
   * Advances a state by one event with the attributes that the model takes, such as its type, its
   * rating, its hour or the time since the event before; other models take the item alone. An event
   * on an unknown item changes nothing.
   *
   * @param user the state
   * @param event the event, whose item is an index or {@link ItemKeys#UNKNOWN}; read only
   * @return whether the item is known and the state was advanced
   * @throws IndexOutOfBoundsException if there is no such item; the state is then unchanged
   * @throws StaleVersionException if the state is of another model version
   */
  public boolean step(UserState user, Event event) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      if (!scratch.isKnown(event.item())) {
        return false;
      }
      boolean prepared = user.isPreparedBy(scratch.network.stack());
      user.setUnprepared();
      scratch.setEvent(event);
      scratch.network.stack().step(user.memory(), prepared, scratch.step, event.item());
      return true;
    } finally {
      lease.exit();
    }
  }

  /**
   * Advances a state by one vector of features.
   *
   * @param user the state
   * @param vector holds the features from its start on
   * @throws IllegalArgumentException if the vector is too short or a feature is not finite, the
   *     state being unchanged, or if the state is of another model version
   */
  public void step(UserState user, float[] vector) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      scratch.setFeatures(vector);
      boolean prepared = user.isPreparedBy(scratch.network.stack());
      user.setUnprepared();
      scratch.network.stack().step(user.memory(), prepared, scratch.step);
    } finally {
      lease.exit();
    }
  }

  /**
   * Predicts from a state.
   *
   * @param user the state
   * @param outputs receives the outputs from its start on
   * @return the number of outputs
   * @throws IllegalArgumentException if the array is too short or the state is of another model
   *     version
   */
  public int predict(UserState user, float[] outputs) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      PredictionHead head = scratch.network.prediction();
      requireLength("outputs", outputs, head.outputs());
      head.predict(user.memory(), scratch.sums, outputs);
      return head.outputs();
    } finally {
      lease.exit();
    }
  }

  /**
   * Ranks the whole catalogue.
   *
   * @param user the state
   * @param k the most items to return, at least 1; may exceed the catalogue
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1 or the state is of another model version
   */
  public int topK(UserState user, int k, Ranked ranked) {
    return topK(user, k, ItemFilter.NONE, ranked);
  }

  /**
   * Ranks the items that pass a filter.
   *
   * @param user the state
   * @param k the most items to return, at least 1; may exceed the catalogue
   * @param filter the filter of the items that may be returned
   * @param ranked receives the best items
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if the state or a set of the filter is of another model version
   * @throws IllegalStateException also if the ranking workers of this scorer are closed
   */
  public int topK(UserState user, int k, ItemFilter filter, Ranked ranked) {
    requirePositive(k);
    ScorerScratch scratch = lease.enter();
    try {
      start(scratch, user, filter);
      task.setResult(k, ranked.startOf(scratch.network.itemKeys()));
      rank(scratch, filter);
      return ranked.size();
    } finally {
      task.clear();
      lease.exit();
    }
  }

  /**
   * Ranks the items that pass a filter, and makes a diverse list of the best.
   *
   * @param user the state
   * @param k the most items to return, 1 to the number of candidates of the diversity
   * @param filter the filter of the items that may be returned
   * @param diversity makes the list
   * @param ranked receives the list in its order, in which scores need not descend
   * @return the number of items in {@code ranked}
   * @throws IllegalArgumentException if k is out of range, or the categories are not those of as
   *     many items as the version has
   * @throws StaleVersionException if the state or a set of the filter is of another model version
   * @throws IllegalStateException also if the ranking workers of this scorer are closed
   */
  public int topK(UserState user, int k, ItemFilter filter, Diversity diversity, Ranked ranked) {
    requirePositive(k);
    int candidates = diversity.candidates(k);
    ScorerScratch scratch = lease.enter();
    try {
      start(scratch, user, filter);
      TopK list = ranked.startOf(scratch.network.itemKeys());
      task.setResult(candidates, diversity.ranking(scratch.items));
      rank(scratch, filter);
      diversity.select(scratch.network.ranking(), k, list);
      return ranked.size();
    } finally {
      task.clear();
      lease.exit();
    }
  }

  private void start(ScorerScratch scratch, UserState user, ItemFilter filter) {
    user.requireVersion(scratch.digest);
    filter.requireVersion(scratch.digest);
    task.setUser(scratch.network.ranking(), scratch.items, user.memory());
  }

  private void rank(ScorerScratch scratch, ItemFilter filter) {
    filter.applyTo(task.eligible());
    if (scratch.blended != null) {
      scratch.blended.rank(task);
    } else if (workers == null) {
      ranking.rank(task);
    } else {
      workers.rank(ranking, task);
    }
  }

  /** Ranks one chunk, since a whole catalogue takes long before the code is compiled. */
  void warmUp(Network network, UserState user, Ranked ranked) {
    try {
      task.setUser(network.ranking(), network.specification().ranking().items(), user.memory());
      task.setResult(1, ranked.startOf(network.itemKeys()));
      ranking.rankFirstChunk(task);
    } finally {
      task.clear();
    }
  }

  /**
   * Scores one item.
   *
   * @param user the state
   * @param item the index of the item, or {@link ItemKeys#UNKNOWN}
   * @return its score, −∞ if it is unknown
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws StaleVersionException if the state is of another model version
   */
  public float score(UserState user, int item) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      scratch.startScores(user);
      return scratch.score(user, item);
    } finally {
      lease.exit();
    }
  }

  /**
   * Predicts the user's next event if it is on a given item: an expected rating or the probability
   * of a click, as the model was trained.
   *
   * @param user the state
   * @param item the index of the item, or {@link ItemKeys#UNKNOWN}
   * @return the {@link org.staccato.model.Link} of the model's ranking, applied to the item's
   *     score; a rating may lie beyond the scale. NaN for an unknown item
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws StaleVersionException if the state is of another model version
   * @throws org.staccato.model.WrongTaskException if the model ranks items and predicts nothing of
   *     them
   */
  public float predict(UserState user, int item) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      return scratch.predict(user, item);
    } finally {
      lease.exit();
    }
  }

  /**
   * Scores a batch of candidates.
   *
   * @param user the state
   * @param candidates the indices of the items, unknown ones as {@link ItemKeys#UNKNOWN}
   * @param count the number of candidates to score
   * @param results receives their scores, −∞ for unknown ones
   * @throws IndexOutOfBoundsException if there is no such item, or if an array is shorter than the
   *     count; the results of the earlier candidates are then valid
   * @throws StaleVersionException if the state is of another model version
   */
  public void score(UserState user, int[] candidates, int count, float[] results) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      Bounds.requireElements("candidates", 0, count, Math.min(candidates.length, results.length));
      scratch.startScores(user);
      for (int i = 0; i < count; i++) {
        results[i] = scratch.score(user, candidates[i]);
      }
    } finally {
      lease.exit();
    }
  }

  /**
   * Scores the whole catalogue.
   *
   * @param user the state
   * @param all receives one score per item
   * @throws IllegalArgumentException if the array is shorter than the catalogue or the state is of
   *     another model version
   */
  public void scores(UserState user, float[] all) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      scratch.network.ranking();
      requireLength("scores", all, scratch.items);
      if (scratch.blended != null) {
        scratch.blended.scores(user.memory(), all);
        return;
      }
      task.setUser(scratch.network.ranking(), scratch.items, user.memory());
      ranking.scores(task, all);
    } finally {
      task.clear();
      lease.exit();
    }
  }

  @Override
  public void close() {
    lease.close();
  }

  static void requirePositive(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k: found " + k + ", expected at least 1");
    }
  }

  static void requireLength(String what, float[] array, int length) {
    if (array.length < length) {
      throw new IllegalArgumentException(
          what + ": found an array of " + array.length + ", expected at least " + length);
    }
  }
}
