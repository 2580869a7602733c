package org.staccato;

import java.util.Arrays;
import org.staccato.format.ItemKeys;
import org.staccato.model.Event;
import org.staccato.network.LayerStack;
import org.staccato.network.PredictionHead;
import org.staccato.rank.BatchRanking;
import org.staccato.rank.RankingTask;
import org.staccato.swap.Lease;
import org.staccato.swap.Publication;

/**
 * Advances, prepares and ranks for many users at a time, or predicts from a whole window of feature
 * vectors, and reads each weight once for several of them: for replay, for scoring in bulk, and for
 * models without a state between calls. Owns all its scratch, and allocates nothing after its
 * creation once the code is compiled. One thread at a time uses a scorer.
 *
 * <p>Results are those of a {@link Scorer}, bit for bit, except those of a window, which for an
 * LSTM differ by rounding. Those of a model with a memory are computed for one user after the
 * other. Calls check all arguments before they change anything. As those of a {@link Scorer}, all
 * methods that read the model throw {@link IllegalStateException} after the model is closed, and if
 * the model does not support them.
 */
public final class BatchScorer implements ModelReader {
  private final Lease<BatchScorerScratch> lease;
  private final BatchRanking ranking;
  private final AcquiredVersion acquired = new AcquiredVersion(this);
  private final ItemFilter[] sameFilter;
  private final int capacity;

  BatchScorer(Publication publication, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("batch: found " + capacity + ", expected at least 1");
    }
    this.capacity = capacity;
    this.ranking = new BatchRanking(capacity);
    this.sameFilter = new ItemFilter[capacity];
    Arrays.fill(sameFilter, ItemFilter.NONE);
    this.lease = publication.newLease(new BatchScorerScratch.Factory(capacity));
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

  @Override
  public void close() {
    lease.close();
  }

  /**
   * Makes a state.
   *
   * @return a new state of a user without events, of the current version
   */
  public UserState newState() {
    BatchScorerScratch scratch = lease.enter();
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
    BatchScorerScratch scratch = lease.enter();
    try {
      user.reset(scratch.digest, scratch.network.stack());
    } finally {
      lease.exit();
    }
  }

  /** {@return the most users of a call, or steps of a window} */
  public int capacity() {
    return capacity;
  }

  /**
   * Computes ahead the part of the next steps of many states that does not depend on their events,
   * as {@link Scorer#prepare} does. A step of a {@link Scorer} uses the result for its state; a
   * step of a batch uses it only if all states of the batch are prepared. This method skips states
   * that are prepared already.
   *
   * @param users the states, all different
   * @param count the number of states, 1 to the capacity
   * @throws IndexOutOfBoundsException if the count is out of range
   * @throws StaleVersionException if a state is of another model version; all states are then
   *     unchanged
   */
  public void prepare(UserState[] users, int count) {
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.requireUsers(users, count);
      LayerStack stack = scratch.network.stack();
      int rest = 0;
      for (int i = 0; i < count; i++) {
        if (!users[i].isPreparedBy(stack)) {
          scratch.states[rest++] = users[i].memory();
        }
      }
      if (rest > 0) {
        scratch.steps.prepare(scratch.states, rest);
        for (int i = 0; i < count; i++) {
          users[i].setPreparedBy(stack);
        }
      }
    } finally {
      lease.exit();
    }
  }

  /**
   * Advances many states by one event each, of which nothing but the item is known. An event on an
   * unknown item changes nothing.
   *
   * @param users the states, all different
   * @param events the indices of the items of their events, unknown ones as {@link
   *     ItemKeys#UNKNOWN}
   * @param count the number of states, 1 to the capacity
   * @return the number of states that were advanced
   * @throws IndexOutOfBoundsException if the count is out of range or there is no such item; all
   *     states are then unchanged
   * @throws StaleVersionException if a state is of another model version; all states are then
   *     unchanged
   */
  public int step(UserState[] users, int[] events, int count) {
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.requireCount(count, Math.min(users.length, events.length));
      int known = scratch.startStep(users, events, count);
      if (known > 0) {
        scratch.steps.step(scratch.states, scratch.prepared, known);
      }
      return known;
    } finally {
      lease.exit();
    }
  }

  /**
   * Advances many states by one event each, with the attributes that the model takes, as {@link
   * Scorer#step(UserState, Event)} does.
   *
   * @param users the states, all different
   * @param events their events
   * @param count the number of states, 1 to the capacity
   * @return the number of states that were advanced
   * @throws IndexOutOfBoundsException if the count is out of range or there is no such item; all
   *     states are then unchanged
   * @throws StaleVersionException if a state is of another model version; all states are then
   *     unchanged
   */
  public int step(UserState[] users, Event[] events, int count) {
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.requireCount(count, Math.min(users.length, events.length));
      int known = scratch.startStep(users, events, count);
      if (known > 0) {
        scratch.steps.step(scratch.states, scratch.prepared, known);
      }
      return known;
    } finally {
      lease.exit();
    }
  }

  /**
   * Advances many states by one vector of features each.
   *
   * @param users the states, all different
   * @param vectors holds count × features, row-major, from its start on
   * @param count the number of states, 1 to the capacity
   * @throws IndexOutOfBoundsException if the count is out of range
   * @throws IllegalArgumentException if there are too few features or one is not finite, or if a
   *     state is of another model version; all states are then unchanged
   */
  public void step(UserState[] users, float[] vectors, int count) {
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.setInputs(vectors, count);
      scratch.startStep(users, count);
      scratch.steps.step(scratch.states, scratch.prepared, count);
    } finally {
      lease.exit();
    }
  }

  /**
   * Predicts from a window of feature vectors without a state before it.
   *
   * @param vectors holds steps × features, row-major, oldest first, from its start on
   * @param steps the number of steps, 1 to the capacity
   * @param outputs receives the outputs after the last step
   * @return the number of outputs
   * @throws IndexOutOfBoundsException if the number of steps is out of range
   * @throws IllegalArgumentException if there are too few features or one is not finite, or if the
   *     array of outputs is too short
   */
  public int predict(float[] vectors, int steps, float[] outputs) {
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.setInputs(vectors, steps);
      PredictionHead head = scratch.network.prediction();
      Scorer.requireLength("outputs", outputs, head.outputs());
      scratch.window.fill((byte) 0);
      scratch.steps.window(scratch.window, steps);
      head.predict(scratch.window, scratch.sums, outputs);
      return head.outputs();
    } finally {
      lease.exit();
    }
  }

  /**
   * Ranks for many users the items that pass a filter, in one pass over the catalogue.
   *
   * @param users the states
   * @param count the number of states, 1 to the capacity
   * @param k the most items to return to each, at least 1; may exceed the catalogue
   * @param filter the filter of the items that may be returned
   * @param ranked receives the best items of each user, all different; the same lists and scores as
   *     those of {@link Scorer#topK(UserState, int, ItemFilter, Ranked)}
   * @throws IndexOutOfBoundsException if the count is out of range
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if a state or a set of the filter is of another model version
   */
  public void topK(UserState[] users, int count, int k, ItemFilter filter, Ranked[] ranked) {
    if (count > 0 && count <= capacity) {
      Arrays.fill(sameFilter, 0, count, filter);
    }
    try {
      topK(users, count, k, sameFilter, ranked);
    } finally {
      Arrays.fill(sameFilter, ItemFilter.NONE);
    }
  }

  /**
   * Ranks for many users, each with a filter of its own, in one pass over the catalogue.
   *
   * @param users the states
   * @param count the number of states, 1 to the capacity
   * @param k the most items to return to each, at least 1; may exceed the catalogue
   * @param filters for each user the filter of the items that may be returned
   * @param ranked receives the best items of each user, all different; the same lists and scores as
   *     those of {@link Scorer#topK(UserState, int, ItemFilter, Ranked)}
   * @throws IndexOutOfBoundsException if the count is out of range
   * @throws IllegalArgumentException if k is below 1
   * @throws StaleVersionException if a state or a set of a filter is of another model version
   */
  public void topK(UserState[] users, int count, int k, ItemFilter[] filters, Ranked[] ranked) {
    Scorer.requirePositive(k);
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.requireRanking();
      scratch.requireCount(count, Math.min(filters.length, ranked.length));
      for (int i = 0; i < count; i++) {
        filters[i].requireVersion(scratch.digest);
      }
      scratch.gather(users, count);
      for (int i = 0; i < count; i++) {
        RankingTask task = addTask(scratch, i);
        task.setResult(k, ranked[i].startOf(scratch.network.itemKeys()));
        filters[i].applyTo(task.eligible());
      }
      if (scratch.blended == null) {
        ranking.rank(scratch.output);
      } else {
        ranking.rank(scratch.blended);
      }
    } finally {
      ranking.clear();
      lease.exit();
    }
  }

  /** Adds the task of a user whose state the scratch holds. */
  private RankingTask addTask(BatchScorerScratch scratch, int user) {
    RankingTask task = ranking.add();
    task.setUser(scratch.network.ranking(), scratch.items, scratch.states[user]);
    return task;
  }

  /**
   * Scores one item for each of many users.
   *
   * @param users the states
   * @param items the index of an item for each, unknown ones as {@link ItemKeys#UNKNOWN}
   * @param count the number of states, 1 to the capacity
   * @param results receives their scores, −∞ for unknown items
   * @throws IndexOutOfBoundsException if there is no such item or the count is out of range
   * @throws StaleVersionException if a state is of another model version
   */
  public void score(UserState[] users, int[] items, int count, float[] results) {
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.requireRanking();
      scratch.requireCount(count, Math.min(items.length, results.length));
      scratch.gather(users, count);
      for (int i = 0; i < count; i++) {
        results[i] = scratch.score(i, items[i]);
      }
    } finally {
      lease.exit();
    }
  }

  /**
   * Scores the whole catalogue for many users, in one pass over it.
   *
   * @param users the states
   * @param count the number of states, 1 to the capacity
   * @param all receives one score per item for each user, users × items
   * @throws IndexOutOfBoundsException if the count is out of range
   * @throws IllegalArgumentException if an array is shorter than the catalogue or a state is of
   *     another model version
   */
  public void scores(UserState[] users, int count, float[][] all) {
    BatchScorerScratch scratch = lease.enter();
    try {
      scratch.requireRanking();
      scratch.requireCount(count, all.length);
      for (int i = 0; i < count; i++) {
        Scorer.requireLength("scores", all[i], scratch.items);
      }
      scratch.gather(users, count);
      if (scratch.blended != null) {
        for (int i = 0; i < count; i++) {
          scratch.blended.scores(scratch.states[i], all[i]);
        }
        return;
      }
      for (int i = 0; i < count; i++) {
        addTask(scratch, i);
      }
      ranking.scores(scratch.output, all);
    } finally {
      ranking.clear();
      lease.exit();
    }
  }
}
