package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * The scratch of a step, and the place of the vector that goes from layer to layer. Confined to one
 * thread at a time.
 */
public final class StepScratch {

  /**
   * Two vectors that take turns, the recurrent sums, the sums of an input, and the vectors that
   * residual connections will add.
   */
  final MemorySegment memory;

  final long recurrentSums;
  final long inputSums;
  final long kept;

  /** The state that is being advanced, and whether its recurrent sums are computed already. */
  MemorySegment state = MemorySegment.NULL;

  boolean prepared;

  /** The memory of the vector that the next layer takes. */
  MemorySegment vector = MemorySegment.NULL;

  long offset;

  private final long vectorBytes;
  private final int features;

  /**
   * Reuses the scratch of another stack if it is large enough, without writing it, and allocates
   * scratch otherwise.
   *
   * @param stack the stack of the steps
   * @param before scratch that is not used any more, or null
   */
  @SuppressWarnings("exports") // The annotations are for the compiler only.
  public StepScratch(LayerStack stack, @Nullable StepScratch before) {
    features = stack.features();
    // The products of a layer without a state write whole blocks of rows into them.
    vectorBytes = Panels.blocksOf(stack.widestVector()) * Panels.ROW_BYTES;
    recurrentSums = 2 * vectorBytes;
    inputSums = recurrentSums + stack.widestRecurrentSums();
    kept = inputSums + stack.widestInputSums();
    memory =
        OffHeap.atLeast(
            kept + stack.keptBytes(), before == null ? MemorySegment.NULL : before.memory);
  }

  /**
   * Sets the features that the next step takes.
   *
   * @param source the features
   * @param from the index of the first
   */
  public void setFeatures(float[] source, int from) {
    MemorySegment.copy(source, from, memory, LittleEndian.FLOAT, 0, features);
    clearFeaturePadding();
  }

  /** Sets the features that the next step takes, from memory of floats at an offset in bytes. */
  void setFeatures(MemorySegment source, long from) {
    MemorySegment.copy(source, from, memory, 0, (long) features * Float.BYTES);
    clearFeaturePadding();
  }

  /**
   * Clears the padding of the features: layers read whole groups, and another version may have left
   * inputs here.
   */
  private void clearFeaturePadding() {
    for (int i = features; i < RowOrder.groups(features) * Kernels.GROUP; i++) {
      memory.set(LittleEndian.FLOAT, (long) i * Float.BYTES, 0);
    }
  }

  /** {@return the bytes of native memory} */
  public long byteSize() {
    return memory.byteSize();
  }

  /** Starts a step of a state. */
  void start(MemorySegment advanced, boolean isPrepared) {
    state = advanced;
    prepared = isPrepared;
  }

  /** Sets the place of the vector that the next layer takes. */
  void pointTo(MemorySegment holder, long position) {
    vector = holder;
    offset = position;
  }

  /**
   * Returns the offset of the output of a layer without a state, which differs from that of its
   * input.
   */
  long nextVector() {
    return offset == 0 ? vectorBytes : 0;
  }

  /** Drops the reference to the state. */
  void finish() {
    state = MemorySegment.NULL;
    vector = MemorySegment.NULL;
  }
}
