package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.ModelRejectedException;
import org.staccato.kernel.Kernels;
import org.staccato.model.Convolution;

/** The step of a causal convolution, whose state is the inputs of the last steps. */
final class ConvolutionStep implements LayerStep {
  private final MemorySegment weights;
  private final long bias;

  /** The offsets of the factors, those of this step's input first. */
  private final long[] taps;

  /** The offsets of the earlier inputs in a state, the nearest first. */
  private final long[] earlier;

  private final int groups;

  /** Whether the input arrives as the row of an item. */
  private final boolean folded;

  private ConvolutionStep(Convolution layer, LayerPlace place) throws ModelRejectedException {
    weights = place.file().data();
    bias = place.vector(Convolution.BIAS);
    taps = new long[layer.taps()];
    earlier = new long[layer.taps() - 1];
    for (int back = 0; back < taps.length; back++) {
      taps[back] = place.vector(Convolution.tap(back));
      if (back > 0) {
        earlier[back - 1] = place.field(Convolution.earlier(back));
      }
    }
    groups = RowOrder.groups(layer.width());
    folded = place.folded();
  }

  static ConvolutionStep open(Convolution layer, LayerPlace place) throws ModelRejectedException {
    return new ConvolutionStep(layer, place);
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
    convolve(kernels, scratch.vector, scratch.offset, scratch.state, scratch.memory, to);
    scratch.pointTo(scratch.memory, to);
  }

  /** Computes an output, the oldest input first, and moves the inputs of the state by one step. */
  private void convolve(
      Kernels kernels, MemorySegment x, long from, MemorySegment state, MemorySegment y, long to) {
    kernels.copyRow(weights, bias, groups, y, to);
    for (int back = taps.length - 1; back > 0; back--) {
      kernels.addElements(weights, taps[back], groups, state, earlier[back - 1], y, to);
    }
    for (int back = earlier.length - 1; back > 0; back--) {
      kernels.copyRow(state, earlier[back - 1], groups, state, earlier[back]);
    }
    kernels.copyRow(x, from, groups, state, earlier[0]);
    kernels.limit(state, earlier[0], groups);
    kernels.addElements(weights, taps[0], groups, state, earlier[0], y, to);
    kernels.limit(y, to, groups);
  }

  @Override
  public void prepare(LayerBatch batch, int count) {}

  @Override
  public void step(LayerBatch batch, int count) {
    startVectors(batch, count);
    for (int i = 0; i < count; i++) {
      step(batch, batch.state(i), i);
    }
  }

  @Override
  public void window(LayerBatch batch, MemorySegment state, int steps) {
    startVectors(batch, steps);
    for (int i = 0; i < steps; i++) {
      step(batch, state, i);
    }
  }

  private void startVectors(LayerBatch batch, int count) {
    if (folded) {
      batch.copyItems(groups, batch.vectors, count);
    }
  }

  private void step(LayerBatch batch, MemorySegment state, int index) {
    batch.keepVector(index, groups);
    convolve(
        batch.kernels,
        batch.hiddens.memory(),
        index * batch.hiddens.stride(),
        state,
        batch.vectors.memory(),
        index * batch.vectors.stride());
  }
}
