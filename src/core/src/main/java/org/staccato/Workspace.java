package org.staccato;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.model.ModelSpecification.Ranking;
import org.staccato.network.Network;
import org.staccato.network.OutputLayer;
import org.staccato.swap.Lease;
import org.staccato.swap.LoadedModel;

/** What a {@link Scorer} needs for one version: its network, and scratch of the right sizes. */
final class Workspace {
  static final Lease.Workspaces<Workspace> FOR_EACH_VERSION =
      new Lease.Workspaces<>() {
        @Override
        public Workspace first(LoadedModel model) {
          return new Workspace(model, null);
        }

        @Override
        public Workspace next(LoadedModel model, Workspace before) {
          return new Workspace(model, before);
        }
      };

  final Network network;
  final String digest;
  final int items;
  final int features;
  final MemorySegment scratch;
  final MemorySegment input;
  final MemorySegment sums;

  /**
   * Takes over the scratch of the version before where it is large enough, so that none piles up.
   */
  private Workspace(LoadedModel model, @Nullable Workspace before) {
    network = model.network();
    digest = model.version().digest();
    boolean ranks = network.specification().task() instanceof Ranking;
    items = ranks ? network.specification().ranking().items() : 0;
    features = ranks ? 0 : network.specification().prediction().features();
    long outputs = ranks ? 0 : OutputLayer.scoresBytes(network.output().blocks());
    MemorySegment none = MemorySegment.NULL;
    scratch =
        OffHeap.atLeast(network.stack().scratchSize(), before == null ? none : before.scratch);
    input = OffHeap.atLeast(network.stack().inputBytes(), before == null ? none : before.input);
    sums = OffHeap.atLeast(outputs, before == null ? none : before.sums);
  }

  void requireRanking() {
    if (items == 0) {
      network.specification().ranking();
    }
  }

  void requireItem(int item) {
    if (item < 0 || item >= items) {
      requireRanking();
      throw new IndexOutOfBoundsException("item: found " + item + ", expected 0 to " + (items - 1));
    }
  }

  void requirePrediction() {
    if (features == 0) {
      network.specification().prediction();
    }
  }

  /** Checks features and puts them where a step reads them. */
  void setInput(float[] vector) {
    requirePrediction();
    Features.require(vector, features);
    MemorySegment.copy(vector, 0, input, LittleEndian.FLOAT, 0, features);
    // Products read their inputs in fours, and a version of more features may have left its own.
    for (long i = (long) features * Float.BYTES;
        i < network.stack().inputBytes();
        i += Float.BYTES) {
      input.set(LittleEndian.FLOAT, i, 0);
    }
  }
}
