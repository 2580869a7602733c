package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.staccato.network.ModelSpecification.Ranking;
import org.staccato.network.Network;
import org.staccato.network.RecurrentBatch;

/**
 * Advances many users by one event each, or predicts from a whole window of feature vectors, with
 * each weight read once for several of them: for replay, for scoring in bulk, and for models
 * without a state between calls. It owns all scratch and allocates nothing after its creation once
 * the code is compiled. Confined to the thread that first uses it, which is checked when assertions
 * are on.
 *
 * <p>Results differ from those of a {@link Scorer} by rounding, since sums are taken in another
 * order.
 */
public final class BatchScorer {
  private final LiveModel live;
  private final String digest;
  private final int items;
  private final int features;
  private final RecurrentBatch batch;
  private final MemorySegment[] states;
  private final MemorySegment window;
  private final MemorySegment sums;
  private final Confinement confinement = new Confinement("batch scorer");

  BatchScorer(LiveModel live, int capacity) {
    Network network = live.network();
    boolean ranks = live.specification().task() instanceof Ranking;
    this.live = live;
    this.digest = live.digest();
    this.items = ranks ? live.specification().ranking().items() : 0;
    this.features = ranks ? 0 : live.specification().prediction().features();
    this.batch = new RecurrentBatch(network.stack(), capacity);
    this.states = new MemorySegment[capacity];
    this.window = network.stack().newState();
    this.sums = ranks ? MemorySegment.NULL : network.head().newScratch();
  }

  /** {@return the most users of a call, or steps of a window} */
  public int capacity() {
    return batch.capacity();
  }

  /**
   * Advances many states by one event each.
   *
   * @param users the states, all different
   * @param events the indices of the items of their events
   * @param count the number of states, 1 to the capacity
   * @throws IndexOutOfBoundsException if the count is out of range or there is no such item; all
   *     states are then unchanged
   * @throws IllegalArgumentException if a state is of another model version; all states are then
   *     unchanged
   * @throws IllegalStateException if the model takes features or is closed
   */
  public void step(UserState[] users, int[] events, int count) {
    assert confinement.holds();
    if (items == 0) {
      live.specification().ranking();
    }
    Objects.checkFromIndexSize(0, count, Math.min(users.length, events.length));
    for (int i = 0; i < count; i++) {
      Objects.checkIndex(events[i], items);
    }
    gather(users, count);
    batch.advance(states, events, count);
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
    assert confinement.holds();
    setInputs(vectors, count);
    Objects.checkFromIndexSize(0, count, users.length);
    gather(users, count);
    batch.advance(states, count);
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
    assert confinement.holds();
    setInputs(vectors, steps);
    Network network = live.network();
    Scorer.requireLength("outputs", outputs, network.head().outputs());
    window.fill((byte) 0);
    batch.advance(window, steps);
    network.head().predict(window, sums, outputs);
    return network.head().outputs();
  }

  private void setInputs(float[] vectors, int count) {
    if (features == 0) {
      live.specification().prediction();
    }
    requireCount(count);
    Features.require(vectors, count * features);
    for (int i = 0; i < count; i++) {
      batch.setInput(i, vectors, i * features);
    }
  }

  private void requireCount(int count) {
    if (count < 1 || count > capacity()) {
      throw new IndexOutOfBoundsException(
          "batch: found " + count + ", expected 1 to " + capacity());
    }
  }

  private void gather(UserState[] users, int count) {
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
