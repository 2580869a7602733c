package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;

/**
 * The step of a layer at which a residual connection starts: keeps a vector for the {@link
 * ResidualStep} above, and then takes the step of the layer. Networks without residual connections
 * have none.
 */
final class ResidualStart implements LayerStep {

  private final LayerStep layer;
  private final KeptVector kept;

  /** Whether the layer takes the row of an item, and the vector lies within that row. */
  private final boolean inRow;

  /** The offset of the vector in the row of an item; 0 if it is what the layer takes. */
  private final long position;

  private ResidualStart(LayerStep layer, KeptVector kept, boolean inRow, long position) {
    this.layer = layer;
    this.kept = kept;
    this.inRow = inRow;
    this.position = position;
  }

  /** Keeps what a layer takes. */
  static ResidualStart of(LayerStep layer, KeptVector kept) {
    return new ResidualStart(layer, kept, false, 0);
  }

  /** Keeps a vector from the row of an item, of which the layer takes the sums. */
  static ResidualStart ofItem(LayerStep layer, KeptVector kept, long position) {
    return new ResidualStart(layer, kept, true, position);
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
    // The scratch points to what the layer takes: to the whole row of an item.
    long from = scratch.offset + position;
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
      if (inRow) {
        batch.keepOfItem(i, position, kept);
      } else {
        batch.keepVector(i, kept);
      }
    }
  }
}
