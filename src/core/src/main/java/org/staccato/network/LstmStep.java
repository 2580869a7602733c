package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.Lstm;

/** The step of an LSTM: the input is added to the recurrent sums. */
final class LstmStep extends RecurrentStep {
  private final long cell;

  private LstmStep(Lstm lstm, LayerPlace place) throws ModelRejectedException {
    super(place, lstm, Lstm.BIAS);
    cell = place.field(Lstm.CELL);
  }

  static LstmStep open(Lstm lstm, LayerPlace place) throws ModelRejectedException {
    return new LstmStep(lstm, place);
  }

  @Override
  public long inputSumBytes() {
    return 0;
  }

  @Override
  public void step(Kernels kernels, StepScratch scratch) {
    long sum = startSums(kernels, scratch);
    MemorySegment state = scratch.state;
    MemorySegment sums = scratch.prepared ? state : scratch.memory;
    Panels matrix = input;
    if (matrix == null) {
      kernels.addRow(scratch.vector, scratch.offset, sumGroups, 1, sums, sum);
    } else {
      kernels.addProduct(matrix, 0, matrix.blocks(), scratch.vector, scratch.offset, sums, sum);
    }
    kernels.advanceLstm(sums, sum, state, cell, hidden, groups);
    scratch.pointTo(state, hidden);
  }

  @Override
  void addInputs(LayerBatch batch, int count) {
    Panels matrix = input;
    if (matrix == null) {
      batch.addItems(sumGroups, batch.recurrentSums, count);
    } else {
      batch.addProducts(matrix, batch.vectors, count, batch.recurrentSums);
    }
  }

  @Override
  void startWindow(LayerBatch batch, int steps) {
    batch.copyRows(weights, recurrentBias, sumGroups, batch.recurrentSums, steps);
    addInputs(batch, steps);
  }

  @Override
  void addRecurrentSums(LayerBatch batch, MemorySegment state, int step) {
    batch.kernels.addProduct(
        recurrent,
        0,
        recurrent.blocks(),
        state,
        hidden,
        batch.recurrentSums.memory(),
        batch.sum(step));
  }

  @Override
  void advance(LayerBatch batch, MemorySegment state, int index) {
    batch.kernels.advanceLstm(
        batch.recurrentSums.memory(), batch.sum(index), state, cell, hidden, groups);
  }
}
