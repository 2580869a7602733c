package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.FeedForward;

/** The step of a feed-forward network, which has no state. */
final class FeedForwardStep implements LayerStep {
  private final MemorySegment weights;
  private final Panels up;
  private final long upBias;
  private final Panels down;
  private final long downBias;

  /** The groups of the hidden layer and of the output. */
  private final int innerGroups;

  private final int groups;

  private FeedForwardStep(FeedForward network, LayerPlace place) throws ModelRejectedException {
    weights = place.file().data();
    up = place.matrix(FeedForward.UP);
    upBias = place.vector(FeedForward.UP_BIAS);
    down = place.matrix(FeedForward.DOWN);
    downBias = place.vector(FeedForward.DOWN_BIAS);
    innerGroups = RowOrder.groups(network.inner());
    groups = RowOrder.groups(network.width());
  }

  static FeedForwardStep open(FeedForward network, LayerPlace place) throws ModelRejectedException {
    return new FeedForwardStep(network, place);
  }

  private static int sumGroups(Panels matrix) {
    return matrix.blocks() * (Panels.ROWS / Kernels.GROUP);
  }

  @Override
  public long recurrentSumBytes() {
    return 0;
  }

  /** The sums of the hidden layer; in a batch those of the output need as much room elsewhere. */
  @Override
  public long inputSumBytes() {
    return Math.max(up.blocks(), down.blocks()) * Panels.ROW_BYTES;
  }

  @Override
  public void prepare(Kernels kernels, MemorySegment state) {}

  @Override
  public void step(Kernels kernels, StepScratch scratch) {
    MemorySegment own = scratch.memory;
    long inner = scratch.inputSums;
    kernels.copyRow(weights, upBias, sumGroups(up), own, inner);
    kernels.addProduct(up, 0, up.blocks(), scratch.vector, scratch.offset, own, inner);
    kernels.gelu(own, inner, innerGroups);
    kernels.limit(own, inner, innerGroups);
    long to = scratch.nextVector();
    kernels.copyRow(weights, downBias, sumGroups(down), own, to);
    kernels.addProduct(down, 0, down.blocks(), own, inner, own, to);
    kernels.limit(own, to, groups);
    scratch.pointTo(own, to);
  }

  @Override
  public void prepare(LayerBatch batch, int count) {}

  @Override
  public void step(LayerBatch batch, int count) {
    batch.copyRows(weights, upBias, sumGroups(up), batch.inputSums, count);
    batch.addProducts(up, batch.vectors, count, batch.inputSums);
    for (int i = 0; i < count; i++) {
      batch.kernels.gelu(batch.inputSums.memory(), batch.sum(i), innerGroups);
      batch.kernels.limit(batch.inputSums.memory(), batch.sum(i), innerGroups);
    }
    batch.copyRows(weights, downBias, sumGroups(down), batch.recurrentSums, count);
    batch.addProducts(down, batch.inputSums, count, batch.recurrentSums);
    for (int i = 0; i < count; i++) {
      batch.setVector(i, batch.recurrentSums.memory(), batch.sum(i), groups);
      batch.limitVector(i, groups);
    }
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    step(batch, steps);
  }
}
