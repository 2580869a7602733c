package org.staccato;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;
import org.staccato.network.LinearHead;
import org.staccato.network.Network;
import org.staccato.network.PredictionHead;
import org.staccato.rank.CatalogueRanking;
import org.staccato.rank.RankingTask;
import org.staccato.swap.Lease;
import org.staccato.swap.Publication;

/**
 * Advances user states, ranks items and predicts, one user at a time. Owns all the scratch that one
 * thread needs, and allocates nothing after its creation once the code is compiled. Used by one
 * thread at a time. {@link BatchScorer} takes many users or many steps at once.
 *
 * <p>A model either ranks items or predicts from feature vectors; methods of the other kind throw
 * {@link IllegalStateException}. Scores are logits: the output layer's sums, higher is better. They
 * are never NaN in a ranking. After the model is closed all methods that read it throw {@link
 * IllegalStateException}; a state that a call is advancing at that moment is undefined afterwards.
 */
public final class Scorer implements ModelReader {
  private final Lease<ScorerScratch> lease;
  private final CatalogueRanking ranking = new CatalogueRanking();
  private final RankingTask task = new RankingTask();
  private final @Nullable RankingWorkers workers;

  Scorer(Publication publication, @Nullable RankingWorkers workers) {
    this.lease = publication.newLease(ScorerScratch.FACTORY);
    this.workers = workers;
  }

  @Override
  public ModelVersion acquire() {
    return lease.acquire();
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
  public ItemKeys items() {
    return lease.acquired().network.items();
  }

  /**
   * Makes a state.
   *
   * @return a new state of a user without events, of the version that answers now
   * @throws IllegalStateException if the model is closed
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
   * Resets a state to that of a user without events, for the version that answers now. The state
   * may be of another version; this allocates only if the new one needs a larger state.
   *
   * @param user the state
   * @throws IllegalStateException if the model is closed
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
   * the same bits, since one backend does not use the products of another. Does nothing for a state
   * that {@link UserState#isPrepared}.
   *
   * @param user the state
   * @throws StaleVersionException if the state is of another model version
   * @throws IllegalStateException if the model is closed
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
   * Advances a state by one event on an item.
   *
   * @param user the state
   * @param item the index of the item of the event
   * @throws IndexOutOfBoundsException if there is no such item; the state is then unchanged
   * @throws StaleVersionException if the state is of another model version
   * @throws IllegalStateException if the model takes features or is closed
   */
  public void step(UserState user, int item) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      scratch.requireItem(item);
      boolean prepared = user.isPreparedBy(scratch.network.stack());
      user.setUnprepared();
      scratch.network.stack().step(user.memory(), prepared, scratch.step, item);
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
   * @throws IllegalStateException if the model takes items or is closed
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
   * @throws IllegalStateException if the model ranks items or is closed
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
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if the state or a set of the filter is of another model version
   * @throws IllegalStateException if the model does not rank items or is closed, or the scorer's
   *     ranking workers are
   */
  public int topK(UserState user, int k, ItemFilter filter, Ranked ranked) {
    requirePositive(k);
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      filter.requireVersion(scratch.digest);
      task.setUser(scratch.network.ranking(), scratch.items, user.memory());
      task.setResult(k, ranked.best());
      filter.applyTo(task.eligible());
      if (workers == null) {
        ranking.rank(task);
      } else {
        workers.rank(ranking, task);
      }
      return ranked.size();
    } finally {
      task.clear();
      lease.exit();
    }
  }

  /** Ranks one chunk: a whole catalogue takes long before the code is compiled. */
  void warmUp(Network network, UserState user, Ranked ranked) {
    try {
      task.setUser(network.ranking(), network.specification().ranking().items(), user.memory());
      task.setResult(1, ranked.best());
      ranking.rankFirstChunk(task);
    } finally {
      task.clear();
    }
  }

  /**
   * Scores one item.
   *
   * @param user the state
   * @param item the index of the item
   * @return its score
   * @throws IndexOutOfBoundsException if there is no such item
   * @throws StaleVersionException if the state is of another model version
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public float score(UserState user, int item) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      scratch.requireItem(item);
      return scratch.network.ranking().score(user.memory(), item);
    } finally {
      lease.exit();
    }
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
   * @throws StaleVersionException if the state is of another model version
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public void score(UserState user, int[] candidates, int count, float[] results) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      LinearHead output = scratch.network.ranking();
      Objects.checkFromIndexSize(0, count, Math.min(candidates.length, results.length));
      for (int i = 0; i < count; i++) {
        scratch.requireItem(candidates[i]);
        results[i] = output.score(user.memory(), candidates[i]);
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
   * @throws IllegalStateException if the model does not rank items or is closed
   */
  public void scores(UserState user, float[] all) {
    ScorerScratch scratch = lease.enter();
    try {
      user.requireVersion(scratch.digest);
      scratch.network.ranking();
      requireLength("scores", all, scratch.items);
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
