package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.model.EventAttribute;

/**
 * The scratch of a step, and the place of the vector that goes from layer to layer. Confined to one
 * thread at a time.
 */
public final class StepScratch {

  /**
   * Two vectors that take turns, the recurrent sums, the sums of an input, the vectors that
   * residual connections will add, and the sums of an item and the attributes of its event.
   */
  final MemorySegment memory;

  final long recurrentSums;
  final long inputSums;
  final long kept;
  final long eventSums;

  /** The values of the attributes of the next event. */
  final int[] eventValues;

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
    eventSums = kept + stack.keptBytes();
    EventRows events = stack.events();
    memory =
        OffHeap.atLeast(
            eventSums + (events == null ? 0 : events.rowBytes()),
            before == null ? MemorySegment.NULL : before.memory);
    eventValues = new int[stack.attributes()];
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

  /**
   * Sets the value of an attribute of the next event.
   *
   * @param attribute the number of the attribute
   * @param value its value, which the caller has checked
   */
  public void setEvent(int attribute, int value) {
    eventValues[attribute] = value;
  }

  /** Makes all attributes of the next event unknown. */
  void clearEvent() {
    Arrays.fill(eventValues, EventAttribute.UNKNOWN);
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
