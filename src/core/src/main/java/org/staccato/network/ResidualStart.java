package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;

/**
 * The step of a layer at which a residual connection starts: keeps a vector for the {@link
 * ResidualStep} above, and then takes the step of the layer. Networks without residual connections
 * have none.
 */
final class ResidualStart implements LayerStep {

  /** In place of a position in the row of an item: the vector is what the layer takes. */
  static final long TAKEN = -1;

  private final LayerStep layer;
  private final KeptVector kept;

  /** The offset of the vector in the row of an item, or {@link #TAKEN}. */
  private final long inRow;

  ResidualStart(LayerStep layer, KeptVector kept, long inRow) {
    this.layer = layer;
    this.kept = kept;
    this.inRow = inRow;
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
    // Where the vector lies in the row of an item, the scratch points to the row.
    long from = scratch.offset + Math.max(inRow, 0);
    long to = scratch.kept + kept.position();
    kernels.copyRow(scratch.vector, from, kept.groups(), scratch.memory, to);
    layer.step(kernels, scratch);
  }

  @Override
  public void prepare(LayerBatch batch, int count) {
    layer.prepare(batch, count);
  }

  @Override
  public void step(LayerBatch batch, int count) {
    keep(batch, count);
    layer.step(batch, count);
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    keep(batch, steps);
    layer.window(batch, state, steps);
  }

  private void keep(LayerBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      if (inRow == TAKEN) {
        batch.keepVector(i, kept);
      } else {
        batch.keepOfItem(i, inRow, kept);
      }
    }
  }
}
