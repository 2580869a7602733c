package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Normalization;
import org.staccato.model.LayerNorm;

/** The step of a layer normalisation, which has no state. */
final class LayerNormStep implements LayerStep {
  private final Normalization normalization;

  private LayerNormStep(Normalization normalization) {
    this.normalization = normalization;
  }

  static LayerNormStep open(LayerNorm norm, LayerPlace place) throws ModelRejectedException {
    return new LayerNormStep(
        new Normalization(
            place.file().data(),
            place.vector(LayerNorm.GAIN),
            place.vector(LayerNorm.BIAS),
            norm.width(),
            LayerNorm.EPSILON));
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
    long to = scratch.nextVector();
    kernels.normalize(normalization, scratch.vector, scratch.offset, scratch.memory, to);
    kernels.limit(scratch.memory, to, normalization.groups());
    scratch.pointTo(scratch.memory, to);
  }

  @Override
  public void prepare(LayerBatch batch, int count) {}

  @Override
  public void step(LayerBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      batch.keepVector(i, normalization.groups());
      batch.kernels.normalize(
          normalization,
          batch.hiddens.memory(),
          i * batch.hiddens.stride(),
          batch.vectors.memory(),
          i * batch.vectors.stride());
      batch.limitVector(i, normalization.groups());
    }
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    step(batch, steps);
  }
}
