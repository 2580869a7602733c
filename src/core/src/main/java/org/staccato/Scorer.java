package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ItemKeys;
import org.staccato.live.ModelVersion;
import org.staccato.memory.LittleEndian;
import org.staccato.network.LinearHead;
import org.staccato.network.Network;
import org.staccato.network.PredictionHead;
import org.staccato.swap.Lease;
import org.staccato.swap.Publication;

/**
 * Advances user states, ranks items and predicts, one user at a time: all the scratch that one
 * thread needs, so that nothing is allocated after its creation once the code is compiled. {@link
 * BatchScorer} takes many users or many steps at once.
 *
 * <p>A model either ranks items or predicts from feature vectors; methods of the other kind throw
 * {@link IllegalStateException}. Scores are logits: the output layer's sums, higher is better. They
 * are never NaN in a ranking. After the model is closed all methods that read it throw {@link
 * IllegalStateException}; a state that was being advanced at that moment is then undefined.
 */
public final class Scorer implements ModelReader {
  private final Lease<Workspace> lease;
  private final CatalogueRanking ranking = new CatalogueRanking();
  private final RankingTask task = new RankingTask();
  private final @Nullable RankingWorkers workers;

  Scorer(Publication publication, @Nullable RankingWorkers workers) {
    this.lease = publication.newLease(Workspace.FOR_EACH_VERSION);
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
    Workspace workspace = lease.enter();
    try {
      return new UserState(workspace.digest, workspace.network.stack());
    } finally {
      lease.exit();
    }
  }

  /**
   * Makes a state that of a user without events, of the version that answers now; it may have been
   * of another. Allocates only if that version needs a larger state.
   *
   * @param user the state
   * @throws IllegalStateException if the model is closed
   */
  public void reset(UserState user) {
    Workspace workspace = lease.enter();
    try {
      user.reset(workspace.digest, workspace.network.stack());
    } finally {
      lease.exit();
    }
  }

  /**
   * Computes ahead what the next step of a state needs and does not depend on its event: its
   * recurrent products. To be called after an answer was given; the next step then takes a fraction
   * of its time, and gives the same bits: what one backend has computed, another does not use. A
   * state that is prepared already is left alone.
   *
   * @param user the state, which says by {@link UserState#isPrepared} that it is
   * @throws StaleVersionException if the state is of another model version
   * @throws IllegalStateException if the model is closed
   */
  public void prepare(UserState user) {
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      user.prepare(workspace.network.stack());
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
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      workspace.requireItem(item);
      boolean prepared = user.isPreparedBy(workspace.network.stack());
      user.setUnprepared();
      workspace.network.stack().step(user.memory(), prepared, workspace.scratch, item);
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
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      workspace.setFeatures(vector);
      boolean prepared = user.isPreparedBy(workspace.network.stack());
      user.setUnprepared();
      workspace.network.stack().step(user.memory(), prepared, workspace.scratch);
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
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      PredictionHead head = workspace.network.prediction();
      requireLength("outputs", outputs, head.outputs());
      head.predict(user.memory(), workspace.sums, outputs);
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
    if (k < 1) {
      throw new IllegalArgumentException("k: found " + k + ", expected at least 1");
    }
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      filter.requireVersion(workspace.digest);
      task.set(workspace.network.ranking(), user.memory(), workspace.items, k, filter);
      if (workers == null || filter.most(task.blocks()) < RankingWorkers.LEAST_BLOCKS) {
        ranking.rank(task, 0, task.blocks(), ranked);
      } else {
        workers.rank(ranking, task, ranked);
      }
      return ranked.size();
    } finally {
      task.clear();
      lease.exit();
    }
  }

  /** Ranks one chunk, for the sake of the compiler: a whole catalogue takes long before. */
  void warmUp(Network network, UserState user, Ranked ranked) {
    LinearHead output = network.ranking();
    int items = network.specification().ranking().items();
    int to = Math.min(CatalogueRanking.CHUNK, output.blocks());
    task.set(output, user.memory(), items, 1, ItemFilter.NONE);
    ranking.rank(task, 0, to, ranked);
    task.clear();
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
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      workspace.requireItem(item);
      return workspace.network.ranking().score(user.memory(), item);
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
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      LinearHead output = workspace.network.ranking();
      Objects.checkFromIndexSize(0, count, Math.min(candidates.length, results.length));
      for (int i = 0; i < count; i++) {
        workspace.requireItem(candidates[i]);
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
    Workspace workspace = lease.enter();
    try {
      user.requireVersion(workspace.digest);
      LinearHead output = workspace.network.ranking();
      requireLength("scores", all, workspace.items);
      for (int first = 0; first < output.blocks(); first += CatalogueRanking.CHUNK) {
        int count = Math.min(CatalogueRanking.CHUNK, output.blocks() - first);
        output.score(user.memory(), first, count, workspace.sums);
        int start = first * LinearHead.BLOCK;
        int length = Math.min(count * LinearHead.BLOCK, workspace.items - start);
        MemorySegment.copy(workspace.sums, LittleEndian.FLOAT, 0, all, start, length);
      }
    } finally {
      lease.exit();
    }
  }

  @Override
  public void close() {
    lease.close();
  }

  static void requireLength(String what, float[] array, int length) {
    if (array.length < length) {
      throw new IllegalArgumentException(
          what + ": found an array of " + array.length + ", expected at least " + length);
    }
  }
}
