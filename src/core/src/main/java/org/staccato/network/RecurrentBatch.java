package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;

/**
 * Takes many steps of a stack with each weight read once for four of them: a window of steps of one
 * state, whose input products are one batch, or one step of many states. It owns all scratch; it is
 * confined to one thread at a time, and valid while the weight file is open.
 *
 * <p>A product of a batch adds in another order than a single one, so that its results differ from
 * those of single steps by rounding.
 */
public final class RecurrentBatch {
  private final RecurrentStack stack;
  private final Kernels kernels;
  private final MemorySegment weights;
  private final int capacity;
  private final long vectorStride;
  private final long sumStride;
  private final MemorySegment vectors;
  private final MemorySegment recurrentSums;
  private final MemorySegment inputSums;
  private final MemorySegment block;

  /**
   * Allocates the scratch.
   *
   * @param stack the stack
   * @param capacity the most steps of a window, or states, at least 1
   * @throws IllegalArgumentException if the capacity is below 1
   */
  public RecurrentBatch(RecurrentStack stack, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("batch: found " + capacity + ", expected at least 1");
    }
    int widest = stack.inputSize();
    for (int i = 0; i < stack.layers(); i++) {
      widest = Math.max(widest, stack.hiddenSize(i));
    }
    long padded = padded(capacity);
    this.stack = stack;
    this.kernels = stack.kernels();
    this.weights = stack.weights();
    this.capacity = capacity;
    this.vectorStride = GateRows.groups(widest) * Kernels.GROUP_BYTES;
    this.sumStride = stack.widestSums();
    this.vectors = OffHeap.allocate(padded * vectorStride);
    this.recurrentSums = OffHeap.allocate(padded * sumStride);
    this.inputSums = stack.hasCells() ? recurrentSums : OffHeap.allocate(padded * sumStride);
    this.block = OffHeap.allocate(Panels.padded(widest) * Panels.ROW_BYTES);
  }

  private static int padded(int count) {
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
        source, from, vectors, LittleEndian.FLOAT, index * vectorStride, stack.inputSize());
    clearPadding(index, stack.inputSize());
  }

  /** Products read their inputs in fours. */
  private void clearPadding(int index, int width) {
    for (int i = width; i < Panels.padded(width); i++) {
      vectors.set(LittleEndian.FLOAT, index * vectorStride + (long) i * Float.BYTES, 0);
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
      addInputProducts(layer, steps);
      for (int step = 0; step < steps; step++) {
        advance(layer, state, step);
        keepHidden(layer, state, step);
      }
    }
  }

  /** Advances one layer of a state by its input's sums. */
  private void advance(RecurrentLayer layer, MemorySegment state, int step) {
    Panels recurrent = layer.recurrent();
    long sum = step * sumStride;
    if (!layer.isLstm()) {
      kernels.copyRow(weights, layer.bias(), layer.sumGroups(), recurrentSums, sum);
    }
    kernels.addProduct(
        weights, recurrent, 0, recurrent.blocks(), state, layer.hidden(), recurrentSums, sum);
    layer.advance(kernels, state, recurrentSums, sum, inputSums, sum);
  }

  /**
   * Advances many states by one item each.
   *
   * @param states the states, all different
   * @param items the indices of their items, which the caller has checked
   * @param count the number of states, 1 to the capacity
   */
  public void advance(MemorySegment[] states, int[] items, int count) {
    RecurrentLayer lowest = stack.layer(0);
    copyRows(lowest, lowest.bias(), recurrentSums, count);
    addRecurrentProducts(lowest, states, count);
    for (int i = 0; i < count; i++) {
      long sum = i * sumStride;
      lowest.addItem(kernels, weights, items[i], recurrentSums, sum, inputSums, sum);
    }
    finish(lowest, states, count);
    climb(1, states, count);
  }

  /**
   * Advances many states by the input vectors that were set, one each.
   *
   * @param states the states, all different
   * @param count the number of states, 1 to the capacity
   */
  public void advance(MemorySegment[] states, int count) {
    climb(0, states, count);
  }

  private void climb(int from, MemorySegment[] states, int count) {
    for (int number = from; number < stack.layers(); number++) {
      RecurrentLayer layer = stack.layer(number);
      addInputProducts(layer, count);
      if (!layer.isLstm()) {
        copyRows(layer, layer.bias(), recurrentSums, count);
      }
      addRecurrentProducts(layer, states, count);
      finish(layer, states, count);
    }
  }

  private void copyRows(RecurrentLayer layer, long row, MemorySegment sums, int count) {
    for (int i = 0; i < count; i++) {
      kernels.copyRow(weights, row, layer.sumGroups(), sums, i * sumStride);
    }
  }

  /** Starts the input's sums, which for an LSTM are the recurrent ones, and adds the products. */
  private void addInputProducts(RecurrentLayer layer, int count) {
    Panels input = layer.input();
    if (input == null) {
      throw new IllegalStateException("the lowest layer takes an item, not a vector");
    }
    copyRows(layer, layer.isLstm() ? layer.bias() : layer.inputRows(), inputSums, count);
    addProducts(input, count, inputSums);
  }

  private void addRecurrentProducts(RecurrentLayer layer, MemorySegment[] states, int count) {
    for (int i = 0; i < count; i++) {
      keepHidden(layer, states[i], i);
    }
    addProducts(layer.recurrent(), count, recurrentSums);
  }

  private void addProducts(Panels panels, int count, MemorySegment sums) {
    for (int i = 0; i < panels.blocks(); i++) {
      kernels.addProducts(
          weights,
          panels,
          i,
          block,
          vectors,
          0,
          vectorStride,
          padded(count),
          sums,
          i * Panels.ROW_BYTES,
          sumStride);
    }
  }

  private void finish(RecurrentLayer layer, MemorySegment[] states, int count) {
    for (int i = 0; i < count; i++) {
      long sum = i * sumStride;
      layer.advance(kernels, states[i], recurrentSums, sum, inputSums, sum);
      keepHidden(layer, states[i], i);
    }
  }

  /** Copies h into a vector: an input of the layer above, or of the recurrent product. */
  private void keepHidden(RecurrentLayer layer, MemorySegment state, int index) {
    MemorySegment.copy(
        state, layer.hidden(), vectors, index * vectorStride, layer.groups() * Kernels.GROUP_BYTES);
  }
}
