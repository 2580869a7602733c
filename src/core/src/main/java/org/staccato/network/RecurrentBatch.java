package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.kernel.BatchScratch;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.kernel.Vectors;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * Takes many steps of a stack with each weight read once for four of them: a window of steps of one
 * state, whose input products are one batch, or one step of many states. It owns all scratch; it is
 * confined to one thread at a time, and valid while the weight file is open.
 *
 * <p>A step of many states gives the bits of single steps. A window of an LSTM adds its input's
 * products before the recurrent ones, so that it differs from single steps by rounding.
 */
public final class RecurrentBatch {
  private final RecurrentStack stack;
  private final Kernels kernels;
  private final MemorySegment weights;
  private final int capacity;
  private final long vectorStride;
  private final long sumStride;
  private final Vectors inputs;
  private final Vectors hiddens;
  private final Vectors recurrentSums;
  private final Vectors separateSums;
  private final Vectors inputSums;
  private final BatchScratch scratch;

  /**
   * Allocates the scratch.
   *
   * @param stack the stack
   * @param capacity the most steps of a window, or states, at least 1
   * @throws IllegalArgumentException if the capacity is below 1
   */
  public RecurrentBatch(RecurrentStack stack, int capacity) {
    this(stack, capacity, null);
  }

  /**
   * Takes over the scratch of a batch where it is large enough, without writing it, and allocates
   * the rest.
   *
   * @param stack the stack
   * @param capacity the most steps of a window, or states, at least 1
   * @param before the batch, which must not be used at the same time as this one, or null
   * @throws IllegalArgumentException if the capacity is below 1
   */
  @SuppressWarnings("exports") // Annotations for the compiler need not reach those who use this.
  public RecurrentBatch(RecurrentStack stack, int capacity, @Nullable RecurrentBatch before) {
    if (capacity < 1) {
      throw new IllegalArgumentException("batch: found " + capacity + ", expected at least 1");
    }
    int widest = stack.inputSize();
    for (int i = 0; i < stack.layers(); i++) {
      widest = Math.max(widest, stack.hiddenSize(i));
    }
    this.stack = stack;
    this.kernels = stack.kernels();
    this.weights = stack.weights();
    this.capacity = capacity;
    this.vectorStride = GateRows.groups(widest) * Kernels.GROUP_BYTES;
    this.sumStride = stack.widestSums();
    MemorySegment none = MemorySegment.NULL;
    long vectors = padded(capacity) * vectorStride;
    long sums = padded(capacity) * sumStride;
    inputs = vectors(vectors, vectorStride, before == null ? none : before.inputs.memory());
    hiddens = vectors(vectors, vectorStride, before == null ? none : before.hiddens.memory());
    recurrentSums = vectors(sums, sumStride, before == null ? none : before.recurrentSums.memory());
    separateSums =
        vectors(
            stack.hasCells() ? 0 : sums,
            sumStride,
            before == null ? none : before.separateSums.memory());
    inputSums = stack.hasCells() ? recurrentSums : separateSums;
    scratch = BatchScratch.of(widest, before == null ? null : before.scratch);
  }

  private static Vectors vectors(long bytes, long stride, MemorySegment before) {
    return new Vectors(OffHeap.atLeast(bytes, before), 0, stride);
  }

  static int padded(int count) {
    return Math.ceilDiv(count, Kernels.BATCH) * Kernels.BATCH;
  }

  /** {@return the most steps of a window, or states} */
  public int capacity() {
    return capacity;
  }

  /**
   * Sets an input vector of the lowest layer.
   *
   * @param index the step of the window, or the state
   * @param source holds the numbers
   * @param from the index of the first
   */
  public void setInput(int index, float[] source, int from) {
    MemorySegment.copy(
        source, from, inputs.memory(), LittleEndian.FLOAT, index * vectorStride, stack.inputSize());
    // Products read their inputs in fours, and a wider version may have left its own.
    for (int i = stack.inputSize(); i < Panels.padded(stack.inputSize()); i++) {
      inputs.memory().set(LittleEndian.FLOAT, index * vectorStride + (long) i * Float.BYTES, 0);
    }
  }

  /**
   * Advances a state by the input vectors that were set, one after the other.
   *
   * @param state the state
   * @param steps the number of vectors, 1 to the capacity
   */
  public void advance(MemorySegment state, int steps) {
    for (int number = 0; number < stack.layers(); number++) {
      RecurrentLayer layer = stack.layer(number);
      copyRows(layer, layer.isLstm() ? layer.bias() : layer.inputRows(), inputSums, steps);
      addInputProducts(layer, steps);
      for (int step = 0; step < steps; step++) {
        advance(layer, state, step);
        keepHidden(layer, state, inputs, step);
      }
    }
  }

  /** Advances one layer of a state by its input's sums. */
  private void advance(RecurrentLayer layer, MemorySegment state, int step) {
    Panels recurrent = layer.recurrent();
    long sum = step * sumStride;
    if (!layer.isLstm()) {
      kernels.copyRow(weights, layer.bias(), layer.sumGroups(), recurrentSums.memory(), sum);
    }
    kernels.addProduct(
        recurrent, 0, recurrent.blocks(), state, layer.hidden(), recurrentSums.memory(), sum);
    layer.advance(kernels, state, recurrentSums.memory(), sum, inputSums.memory(), sum);
  }

  /**
   * Computes what the next step of many states needs and does not depend on its input, as {@link
   * RecurrentStack#prepare} does.
   *
   * @param states the states, whose c and h are left alone
   * @param count the number of states, 1 to the capacity
   */
  public void prepare(MemorySegment[] states, int count) {
    for (int number = 0; number < stack.layers(); number++) {
      RecurrentLayer layer = stack.layer(number);
      startRecurrentSums(layer, states, count, false);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(
            recurrentSums.memory(), i * sumStride, states[i], layer.sums(), layer.sumBytes());
      }
    }
  }

  /**
   * Advances many states by one item each.
   *
   * @param states the states, all different
   * @param prepared whether all of them are prepared
   * @param items the indices of their items, which the caller has checked
   * @param count the number of states, 1 to the capacity
   */
  public void advance(MemorySegment[] states, boolean prepared, int[] items, int count) {
    RecurrentLayer lowest = stack.layer(0);
    startRecurrentSums(lowest, states, count, prepared);
    for (int i = 0; i < count; i++) {
      long sum = i * sumStride;
      lowest.addItem(
          kernels, weights, items[i], recurrentSums.memory(), sum, inputSums.memory(), sum);
    }
    finish(lowest, states, count);
    climb(1, states, prepared, count);
  }

  /**
   * Advances many states by the input vectors that were set, one each.
   *
   * @param states the states, all different
   * @param prepared whether all of them are prepared
   * @param count the number of states, 1 to the capacity
   */
  public void advance(MemorySegment[] states, boolean prepared, int count) {
    climb(0, states, prepared, count);
  }

  private void climb(int from, MemorySegment[] states, boolean prepared, int count) {
    for (int number = from; number < stack.layers(); number++) {
      RecurrentLayer layer = stack.layer(number);
      startRecurrentSums(layer, states, count, prepared);
      if (!layer.isLstm()) {
        copyRows(layer, layer.inputRows(), inputSums, count);
      }
      addInputProducts(layer, count);
      finish(layer, states, count);
    }
  }

  /** Sets the recurrent sums of a layer to those prepared, or to bias + U·h. */
  private void startRecurrentSums(
      RecurrentLayer layer, MemorySegment[] states, int count, boolean prepared) {
    if (prepared) {
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(
            states[i], layer.sums(), recurrentSums.memory(), i * sumStride, layer.sumBytes());
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      keepHidden(layer, states[i], hiddens, i);
    }
    copyRows(layer, layer.bias(), recurrentSums, count);
    addProducts(layer.recurrent(), hiddens, count, recurrentSums);
  }

  private void copyRows(RecurrentLayer layer, long row, Vectors sums, int count) {
    for (int i = 0; i < count; i++) {
      kernels.copyRow(weights, row, layer.sumGroups(), sums.memory(), i * sumStride);
    }
  }

  /** Adds the products of the inputs to the input's sums, which for an LSTM are the recurrent. */
  private void addInputProducts(RecurrentLayer layer, int count) {
    Panels input = layer.input();
    if (input == null) {
      throw new IllegalStateException("the lowest layer takes an item, not a vector");
    }
    addProducts(input, inputs, count, inputSums);
  }

  private void addProducts(Panels panels, Vectors x, int count, Vectors sums) {
    for (int i = 0; i < panels.blocks(); i++) {
      kernels.addProducts(panels, i, x, padded(count), sums, i * Panels.ROW_BYTES, scratch);
    }
  }

  private void finish(RecurrentLayer layer, MemorySegment[] states, int count) {
    for (int i = 0; i < count; i++) {
      long sum = i * sumStride;
      layer.advance(kernels, states[i], recurrentSums.memory(), sum, inputSums.memory(), sum);
      keepHidden(layer, states[i], inputs, i);
    }
  }

  /** Copies h into a vector: an input of the layer above, or of the recurrent product. */
  private void keepHidden(RecurrentLayer layer, MemorySegment state, Vectors vectors, int index) {
    MemorySegment.copy(
        state,
        layer.hidden(),
        vectors.memory(),
        index * vectorStride,
        layer.groups() * Kernels.GROUP_BYTES);
  }
}
