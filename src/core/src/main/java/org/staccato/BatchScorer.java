package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.staccato.format.ItemKeys;
import org.staccato.live.Lease;
import org.staccato.live.LoadedModel;
import org.staccato.live.ModelVersion;
import org.staccato.live.Publication;
import org.staccato.network.ModelSpecification.Ranking;
import org.staccato.network.Network;
import org.staccato.network.PredictionHead;
import org.staccato.network.RecurrentBatch;

/**
 * Advances many users by one event each, or predicts from a whole window of feature vectors, with
 * each weight read once for several of them: for replay, for scoring in bulk, and for models
 * without a state between calls. It owns all scratch and allocates nothing after its creation once
 * the code is compiled.
 *
 * <p>Results differ from those of a {@link Scorer} by rounding, since sums are taken in another
 * order.
 */
public final class BatchScorer implements ModelReader {
  private final Lease<Scratch> lease;
  private final int capacity;

  /** What is needed for one version. */
  private static final class Scratch {
    final Network network;
    final String digest;
    final int items;
    final int features;
    final RecurrentBatch batch;
    final MemorySegment[] states;
    final MemorySegment window;
    final MemorySegment sums;

    Scratch(LoadedModel model, int capacity) {
      network = model.network();
      boolean ranks = network.specification().task() instanceof Ranking;
      digest = model.version().digest();
      items = ranks ? network.specification().ranking().items() : 0;
      features = ranks ? 0 : network.specification().prediction().features();
      batch = new RecurrentBatch(network.stack(), capacity);
      states = new MemorySegment[capacity];
      window = network.stack().newState();
      sums = ranks ? MemorySegment.NULL : network.head().newScratch();
    }

    void setInputs(float[] vectors, int count) {
      if (features == 0) {
        network.specification().prediction();
      }
      requireCount(count);
      Features.require(vectors, count * features);
      for (int i = 0; i < count; i++) {
        batch.setInput(i, vectors, i * features);
      }
    }

    void requireCount(int count) {
      if (count < 1 || count > states.length) {
        throw new IndexOutOfBoundsException(
            "batch: found " + count + ", expected 1 to " + states.length);
      }
    }

    void gather(UserState[] users, int count) {
      requireCount(count);
      for (int i = 0; i < count; i++) {
        users[i].requireVersion(digest);
        states[i] = users[i].memory();
      }
      for (int i = 0; i < count; i++) {
        users[i].setPrepared(false);
      }
    }
  }

  BatchScorer(Publication publication, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("batch: found " + capacity + ", expected at least 1");
    }
    this.capacity = capacity;
    this.lease = publication.newLease(model -> new Scratch(model, capacity));
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

  @Override
  public void close() {
    lease.close();
  }

  /**
   * Makes a state.
   *
   * @return a new state of a user without events, of the version that answers now
   * @throws IllegalStateException if the model is closed
   */
  public UserState newState() {
    Scratch scratch = lease.enter();
    try {
      return new UserState(scratch.digest, scratch.network.stack());
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
    Scratch scratch = lease.enter();
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
   * Advances many states by one event each.
   *
   * @param users the states, all different
   * @param events the indices of the items of their events
   * @param count the number of states, 1 to the capacity
   * @throws IndexOutOfBoundsException if the count is out of range or there is no such item; all
   *     states are then unchanged
   * @throws StaleVersionException if a state is of another model version; all states are then
   *     unchanged
   * @throws IllegalStateException if the model takes features or is closed
   */
  public void step(UserState[] users, int[] events, int count) {
    Scratch scratch = lease.enter();
    try {
      if (scratch.items == 0) {
        scratch.network.specification().ranking();
      }
      Objects.checkFromIndexSize(0, count, Math.min(users.length, events.length));
      for (int i = 0; i < count; i++) {
        Objects.checkIndex(events[i], scratch.items);
      }
      scratch.gather(users, count);
      scratch.batch.advance(scratch.states, events, count);
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
   * @throws IllegalStateException if the model takes items or is closed
   */
  public void step(UserState[] users, float[] vectors, int count) {
    Scratch scratch = lease.enter();
    try {
      scratch.setInputs(vectors, count);
      Objects.checkFromIndexSize(0, count, users.length);
      scratch.gather(users, count);
      scratch.batch.advance(scratch.states, count);
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
   * @throws IllegalStateException if the model takes items or is closed
   */
  public int predict(float[] vectors, int steps, float[] outputs) {
    Scratch scratch = lease.enter();
    try {
      scratch.setInputs(vectors, steps);
      PredictionHead head = scratch.network.head();
      Scorer.requireLength("outputs", outputs, head.outputs());
      scratch.window.fill((byte) 0);
      scratch.batch.advance(scratch.window, steps);
      head.predict(scratch.window, scratch.sums, outputs);
      return head.outputs();
    } finally {
      lease.exit();
    }
  }
}
