package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Normalization;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
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
            boundedVector(LayerNorm.GAIN, place),
            boundedVector(LayerNorm.BIAS, place),
            norm.width(),
            LayerNorm.EPSILON));
  }

  /** Finds the offset of a vector, and checks that its elements are below the limit. */
  private static long boundedVector(String parameter, LayerPlace place)
      throws ModelRejectedException {
    long offset = place.vector(parameter);
    for (int i = 0; i < place.order().blocks() * Panels.ROWS; i++) {
      float value = place.file().data().get(LittleEndian.FLOAT, offset + (long) i * Float.BYTES);
      if (!(Math.abs(value) < LayerNorm.LIMIT)) {
        throw new ModelRejectedException(
            place.file().path(),
            Reason.VALUE_RANGE,
            "tensor \""
                + place.name(parameter)
                + "\": found "
                + value
                + " as element "
                + i
                + ", expected numbers below 2^32");
      }
    }
    return offset;
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
    }
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    step(batch, steps);
  }
}
