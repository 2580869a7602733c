package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.Gru;

/**
 * The step of a GRU: the input's sums are kept apart from the recurrent ones, since the reset gate
 * lies between the two.
 */
final class GruStep extends RecurrentStep {
  /** The offset of the bias of the input's sums; 0 if the sums arrive as a row. */
  private final long inputBias;

  private GruStep(Gru gru, LayerPlace place) throws ModelRejectedException {
    super(place, gru, Gru.RECURRENT_BIAS);
    inputBias = place.folded() ? 0 : place.vector(Gru.INPUT_BIAS);
  }

  static GruStep open(Gru gru, LayerPlace place) throws ModelRejectedException {
    return new GruStep(gru, place);
  }

  @Override
  public long inputSumBytes() {
    return recurrentSumBytes();
  }

  @Override
  public void step(Kernels kernels, StepScratch scratch) {
    long sum = startSums(kernels, scratch);
    MemorySegment state = scratch.state;
    MemorySegment sums = scratch.prepared ? state : scratch.memory;
    MemorySegment own = scratch.memory;
    long inputSum = scratch.inputSums;
    Panels matrix = input;
    if (matrix == null) {
      kernels.copyRow(scratch.vector, scratch.offset, sumGroups, own, inputSum);
    } else {
      kernels.copyRow(weights, inputBias, sumGroups, own, inputSum);
      kernels.addProduct(matrix, 0, matrix.blocks(), scratch.vector, scratch.offset, own, inputSum);
    }
    kernels.advanceGru(own, inputSum, sums, sum, state, hidden, groups);
    scratch.pointTo(state, hidden);
  }

  @Override
  void addInputs(LayerBatch batch, int count) {
    Panels matrix = input;
    if (matrix == null) {
      batch.copyItems(sumGroups, batch.inputSums, count);
    } else {
      batch.copyRows(weights, inputBias, sumGroups, batch.inputSums, count);
      batch.addProducts(matrix, batch.vectors, count, batch.inputSums);
    }
  }

  @Override
  void startWindow(LayerBatch batch, int steps) {
    addInputs(batch, steps);
  }

  @Override
  void addRecurrentSums(LayerBatch batch, MemorySegment state, int step) {
    startSums(batch.kernels, state, batch.recurrentSums.memory(), batch.sum(step));
  }

  @Override
  void advance(LayerBatch batch, MemorySegment state, int index) {
    batch.kernels.advanceGru(
        batch.inputSums.memory(),
        batch.sum(index),
        batch.recurrentSums.memory(),
        batch.sum(index),
        state,
        hidden,
        groups);
  }
}
