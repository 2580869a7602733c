package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.RecurrentLayer;

/**
 * The common part of the steps of LSTM and GRU: recurrent sums, bias + U·h, which can be computed
 * ahead, and the sums of the input, W·x or a row in which that product is folded.
 */
abstract sealed class RecurrentStep implements LayerStep permits GruStep, LstmStep {

  /** The weight file. */
  final MemorySegment weights;

  /** The recurrent weights U. */
  final Panels recurrent;

  /** The input weights W, or null if the input arrives as a row of sums. */
  final @Nullable Panels input;

  /** The offset of the bias of the recurrent sums. */
  final long recurrentBias;

  /** The offset of h in a state. */
  final long hidden;

  /** The groups of h. */
  final int groups;

  /** The groups of the sums, the padding of the last block included. */
  final int sumGroups;

  /** The offset of the prepared sums in a state. */
  private final long preparedSums;

  RecurrentStep(LayerPlace place, RecurrentLayer layer, String recurrentBiasName)
      throws ModelRejectedException {
    weights = place.file().data();
    recurrent = place.matrix(RecurrentLayer.RECURRENT);
    recurrentBias = place.vector(recurrentBiasName);
    input = place.folded() ? null : place.matrix(RecurrentLayer.INPUT);
    hidden = place.field(RecurrentLayer.HIDDEN);
    groups = RowOrder.groups(layer.units());
    sumGroups = recurrent.blocks() * (Panels.ROWS / Kernels.GROUP);
    preparedSums = place.sums();
  }

  @Override
  public final long recurrentSumBytes() {
    return recurrent.blocks() * Panels.ROW_BYTES;
  }

  @Override
  public final void prepare(Kernels kernels, MemorySegment state) {
    startSums(kernels, state, state, preparedSums);
  }

  /** Sets the sums to bias + U·h. */
  final void startSums(Kernels kernels, MemorySegment state, MemorySegment sums, long sum) {
    kernels.copyRow(weights, recurrentBias, sumGroups, sums, sum);
    kernels.addProduct(recurrent, 0, recurrent.blocks(), state, hidden, sums, sum);
  }

  /**
   * Returns the offset of the recurrent sums of a step, which were prepared or are computed here.
   */
  final long startSums(Kernels kernels, StepScratch scratch) {
    if (scratch.prepared) {
      return preparedSums;
    }
    startSums(kernels, scratch.state, scratch.memory, scratch.recurrentSums);
    return scratch.recurrentSums;
  }

  @Override
  public final void prepare(LayerBatch batch, int count) {
    startSums(batch, count, false);
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          batch.recurrentSums.memory(),
          batch.sum(i),
          batch.state(i),
          preparedSums,
          recurrentSumBytes());
    }
  }

  @Override
  public final void step(LayerBatch batch, int count) {
    startSums(batch, count, batch.arePrepared());
    addInputs(batch, count);
    for (int i = 0; i < count; i++) {
      advance(batch, batch.state(i), i);
      batch.setVector(i, batch.state(i), hidden, groups);
    }
  }

  /** Sets the recurrent sums of all states to the prepared ones, or to bias + U·h. */
  private void startSums(LayerBatch batch, int count, boolean prepared) {
    if (prepared) {
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(
            batch.state(i),
            preparedSums,
            batch.recurrentSums.memory(),
            batch.sum(i),
            recurrentSumBytes());
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      batch.keepHidden(i, hidden, groups);
    }
    batch.copyRows(weights, recurrentBias, sumGroups, batch.recurrentSums, count);
    batch.addProducts(recurrent, batch.hiddens, count, batch.recurrentSums);
  }

  @Override
  public final void window(LayerBatch batch, MemorySegment state, int steps) {
    startWindow(batch, steps);
    for (int step = 0; step < steps; step++) {
      addRecurrentSums(batch, state, step);
      advance(batch, state, step);
      batch.setVector(step, state, hidden, groups);
    }
  }

  /** Adds the inputs of all states to the sums that they belong to. */
  abstract void addInputs(LayerBatch batch, int count);

  /** Computes the part of all steps of a window that does not depend on h. */
  abstract void startWindow(LayerBatch batch, int steps);

  /** Adds the part that depends on h to the sums of a step of a window. */
  abstract void addRecurrentSums(LayerBatch batch, MemorySegment state, int step);

  /** Advances a state by the sums of a place in a batch. */
  abstract void advance(LayerBatch batch, MemorySegment state, int index);
}
