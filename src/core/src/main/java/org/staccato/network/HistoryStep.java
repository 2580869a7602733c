package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;
import org.staccato.memory.LittleEndian;

/**
 * The step of the lowest layer of a network with a memory: records the item of the event, and then
 * takes the step of the layer. Networks without a memory have none.
 *
 * @param layer the step of the layer, which takes the rows of items
 * @param items the rows of items
 * @param offset the offset of the field of the last items in a state
 * @param length the number of last items
 */
record HistoryStep(LayerStep layer, ItemRows items, long offset, int length) implements LayerStep {

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
    // The scratch points to the row of the item.
    remember(scratch.state, items.item(scratch.offset));
    layer.step(kernels, scratch);
  }

  @Override
  public void prepare(LayerBatch batch, int count) {
    layer.prepare(batch, count);
  }

  @Override
  public void step(LayerBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      remember(batch.state(i), items.item(batch.itemRow(i)));
    }
    layer.step(batch, count);
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    for (int i = 0; i < steps; i++) {
      remember(state, items.item(batch.itemRow(i)));
    }
    layer.window(batch, state, steps);
  }

  private void remember(MemorySegment state, int item) {
    for (int i = length - 1; i > 0; i--) {
      long place = offset + (long) i * Integer.BYTES;
      state.set(LittleEndian.INT, place, state.get(LittleEndian.INT, place - Integer.BYTES));
    }
    state.set(LittleEndian.INT, offset, item + 1);
  }
}
