package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;

/**
 * The step of the lowest recurrent layer of a network that takes attributes of events: adds their
 * rows to the row of the item, and then takes the step of the layer. Networks without attributes
 * have none, so that their step has not even a branch for them.
 */
final class EventStart implements LayerStep {
  private final LayerStep layer;
  private final EventRows rows;

  EventStart(LayerStep layer, EventRows rows) {
    this.layer = layer;
    this.rows = rows;
  }

  @Override
  public long recurrentSumBytes() {
    return layer.recurrentSumBytes();
  }

  @Override
  public long inputSumBytes() {
    return layer.inputSumBytes();
  }

  @Override
  public void prepare(Kernels kernels, MemorySegment state) {
    layer.prepare(kernels, state);
  }

  @Override
  public void step(Kernels kernels, StepScratch scratch) {
    int groups = (int) (rows.rowBytes() / Kernels.GROUP_BYTES);
    long sum = scratch.eventSums;
    kernels.copyRow(scratch.vector, scratch.offset, groups, scratch.memory, sum);
    rows.add(kernels, scratch.eventValues, 0, scratch.memory, sum);
    scratch.clearEvent();
    scratch.pointTo(scratch.memory, sum);
    layer.step(kernels, scratch);
  }

  // A batch adds the rows of attributes where it adds those of items.

  @Override
  public void prepare(LayerBatch batch, int count) {
    layer.prepare(batch, count);
  }

  @Override
  public void step(LayerBatch batch, int count) {
    layer.step(batch, count);
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    layer.window(batch, state, steps);
  }
}
