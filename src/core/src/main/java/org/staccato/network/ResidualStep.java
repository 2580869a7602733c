package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;

/** The step of a residual connection: adds the vector that {@link ResidualStart} has kept. */
final class ResidualStep implements LayerStep {
  private final KeptVector kept;

  ResidualStep(KeptVector kept) {
    this.kept = kept;
  }

  @Override
  public long recurrentSumBytes() {
    return 0;
  }

  @Override
  public long inputSumBytes() {
    return 0;
  }

  @Override
  public void prepare(Kernels kernels, MemorySegment state) {}

  @Override
  public void step(Kernels kernels, StepScratch scratch) {
    long sum = scratch.kept + kept.position();
    kernels.addRow(scratch.vector, scratch.offset, kept.groups(), 1, scratch.memory, sum);
    kernels.limit(scratch.memory, sum, kept.groups());
    scratch.pointTo(scratch.memory, sum);
  }

  @Override
  public void prepare(LayerBatch batch, int count) {}

  @Override
  public void step(LayerBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      batch.kernels.addRow(
          batch.kept.memory(),
          i * batch.kept.stride() + kept.position(),
          kept.groups(),
          1,
          batch.vectors.memory(),
          i * batch.vectors.stride());
      batch.limitVector(i, kept.groups());
    }
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    step(batch, steps);
  }
}
