package org.staccato;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.staccato.memory.OffHeap;
import org.staccato.model.ModelSpecification.Ranking;
import org.staccato.network.Network;
import org.staccato.network.OutputBatch;
import org.staccato.network.OutputLayer;
import org.staccato.network.RecurrentBatch;
import org.staccato.swap.Lease;
import org.staccato.swap.LoadedModel;

/** What a {@link BatchScorer} needs for one version: its network, and scratch for many states. */
final class BatchWorkspace {

  /** Makes the scratch for a number of states. */
  record ForEachVersion(int capacity) implements Lease.Workspaces<BatchWorkspace> {
    @Override
    public BatchWorkspace first(LoadedModel model) {
      return new BatchWorkspace(model, capacity, null);
    }

    @Override
    public BatchWorkspace next(LoadedModel model, BatchWorkspace before) {
      return new BatchWorkspace(model, capacity, before);
    }
  }

  final Network network;
  final String digest;
  final int items;
  final int features;
  final RecurrentBatch batch;
  final OutputBatch output;
  final MemorySegment[] states;
  final MemorySegment window;
  final MemorySegment sums;

  /**
   * Takes over the scratch of the version before where it is large enough, so that none piles up.
   */
  private BatchWorkspace(LoadedModel model, int capacity, @Nullable BatchWorkspace before) {
    network = model.network();
    digest = model.version().digest();
    boolean ranks = network.specification().task() instanceof Ranking;
    items = ranks ? network.specification().ranking().items() : 0;
    features = ranks ? 0 : network.specification().prediction().features();
    batch = new RecurrentBatch(network.stack(), capacity, before == null ? null : before.batch);
    output = new OutputBatch(network.output(), capacity, before == null ? null : before.output);
    states = before == null ? new MemorySegment[capacity] : before.states;
    MemorySegment none = MemorySegment.NULL;
    window = OffHeap.atLeast(network.stack().preparedSize(), before == null ? none : before.window);
    long outputs = ranks ? 0 : OutputLayer.scoresBytes(network.output().blocks());
    sums = OffHeap.atLeast(outputs, before == null ? none : before.sums);
  }

  void requireRanking() {
    if (items == 0) {
      network.specification().ranking();
    }
  }

  void requireCount(int count, int length) {
    if (count < 1 || count > states.length) {
      throw new IndexOutOfBoundsException(
          "batch: found " + count + ", expected 1 to " + states.length);
    }
    Objects.checkFromIndexSize(0, count, length);
  }

  void requireItems(int[] indices, int count) {
    for (int i = 0; i < count; i++) {
      Objects.checkIndex(indices[i], items);
    }
  }

  /** Checks the number of states, and that each is of this version. */
  void requireUsers(UserState[] users, int count) {
    requireCount(count, users.length);
    for (int i = 0; i < count; i++) {
      users[i].requireVersion(digest);
    }
  }

  /** Checks states and puts them where a batch reads them. */
  void gather(UserState[] users, int count) {
    requireUsers(users, count);
    for (int i = 0; i < count; i++) {
      states[i] = users[i].memory();
    }
  }

  /** Gathers states that are about to change, and finds whether all of them are prepared. */
  boolean startStep(UserState[] users, int count) {
    gather(users, count);
    boolean prepared = true;
    for (int i = 0; i < count; i++) {
      prepared &= users[i].isPreparedBy(network.stack());
      users[i].setUnprepared();
    }
    return prepared;
  }

  /** Checks vectors of features and puts them where a batch reads them. */
  void setInputs(float[] vectors, int count) {
    if (features == 0) {
      network.specification().prediction();
    }
    requireCount(count, count);
    Features.require(vectors, count, features);
    for (int i = 0; i < count; i++) {
      batch.setInput(i, vectors, i * features);
    }
  }
}
