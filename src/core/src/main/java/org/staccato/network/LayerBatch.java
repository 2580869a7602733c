package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.staccato.kernel.BatchScratch;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.kernel.Vectors;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.model.EventAttribute;

/**
 * Takes many steps of a stack and reads each weight once for four of them: a window of steps of one
 * state, whose input products are one batch, or one step of many states. It owns all scratch; one
 * thread at a time uses it. It is valid while the weight file is open, and afterwards all methods
 * that compute throw {@link IllegalStateException}.
 *
 * <p>A step of many states gives the bits of single steps. A window of an LSTM adds its input's
 * products before the recurrent ones, so that it differs from single steps by rounding.
 */
public final class LayerBatch {
  private static final MemorySegment[] NO_STATES = {};

  final Kernels kernels;

  /** The vectors that the next layer takes. */
  final Vectors vectors;

  /** The hidden states of a layer, side by side. */
  final Vectors hiddens;

  final Vectors recurrentSums;
  final Vectors inputSums;

  /** The vectors that residual connections will add, those of a state or step together. */
  final Vectors kept;

  private final LayerStack stack;
  private final int capacity;
  private final BatchScratch scratch;
  private final long[] itemRows;
  private final int[] eventValues;

  /** Holds the sums of one item and the attributes of its event. */
  private final MemorySegment eventSums;

  private MemorySegment[] states = NO_STATES;
  private boolean prepared;

  /**
   * Reuses the scratch of a batch where it is large enough, without writing it, and allocates the
   * rest.
   *
   * @param stack the stack
   * @param capacity the most steps of a window, or states, at least 1
   * @param before a batch that is not used any more, or null
   * @throws IllegalArgumentException if the capacity is below 1
   */
  @SuppressWarnings("exports") // The annotations are for the compiler only.
  public LayerBatch(LayerStack stack, int capacity, @Nullable LayerBatch before) {
    if (capacity < 1) {
      throw new IllegalArgumentException("batch: found " + capacity + ", expected at least 1");
    }
    this.stack = stack;
    this.kernels = stack.kernels();
    this.capacity = capacity;
    int widest = stack.widestVector();
    long vector = RowOrder.groups(widest) * Kernels.GROUP_BYTES;
    vectors = vectors(vector, capacity, before == null ? null : before.vectors);
    hiddens = vectors(vector, capacity, before == null ? null : before.hiddens);
    long sums = Math.max(stack.widestRecurrentSums(), stack.widestInputSums());
    recurrentSums = vectors(sums, capacity, before == null ? null : before.recurrentSums);
    boolean apart = stack.widestInputSums() > 0;
    inputSums = vectors(sums, apart ? capacity : 0, before == null ? null : before.inputSums);
    kept = vectors(stack.keptBytes(), capacity, before == null ? null : before.kept);
    scratch = BatchScratch.of(stack.mostInputs(), before == null ? null : before.scratch);
    itemRows =
        before != null && before.itemRows.length >= capacity ? before.itemRows : new long[capacity];
    eventValues = new int[capacity * stack.attributes()];
    EventRows events = stack.events();
    eventSums =
        OffHeap.atLeast(
            events == null ? 0 : events.rowBytes(),
            before == null ? MemorySegment.NULL : before.eventSums);
  }

  private static Vectors vectors(long stride, int count, @Nullable Vectors before) {
    MemorySegment none = MemorySegment.NULL;
    long bytes = padded(count) * stride;
    return new Vectors(OffHeap.atLeast(bytes, before == null ? none : before.memory()), 0, stride);
  }

  static int padded(int count) {
    return Math.ceilDiv(count, Kernels.BATCH) * Kernels.BATCH;
  }

  /** {@return the most steps of a window, or states} */
  public int capacity() {
    return capacity;
  }

  /**
   * Sets the features of a step of a window, or of a state.
   *
   * @param index the step or the state
   * @param source holds the features
   * @param from the index of the first
   */
  public void setFeatures(int index, float[] source, int from) {
    int features = stack.features();
    long position = index * vectors.stride();
    MemorySegment.copy(source, from, vectors.memory(), LittleEndian.FLOAT, position, features);
    // Layers read whole groups, and a wider version may have left inputs here.
    for (int i = features; i < RowOrder.groups(features) * Kernels.GROUP; i++) {
      vectors.memory().set(LittleEndian.FLOAT, position + (long) i * Float.BYTES, 0);
    }
  }

  /**
   * Sets the item of a step of a window, or of a state, and makes the attributes of its event
   * unknown.
   *
   * @param index the step or the state
   * @param item the index of the item, which the caller has checked
   * @throws IllegalStateException if the network takes features
   */
  public void setItem(int index, int item) {
    itemRows[index] = stack.requireItems().row(item);
    int attributes = stack.attributes();
    Arrays.fill(eventValues, index * attributes, (index + 1) * attributes, EventAttribute.UNKNOWN);
  }

  /**
   * Sets the value of an attribute of the event of a step of a window, or of a state.
   *
   * @param index the step or the state, whose item is set
   * @param attribute the number of the attribute
   * @param value its value, which the caller has checked
   */
  public void setEvent(int index, int attribute, int value) {
    eventValues[index * stack.attributes() + attribute] = value;
  }

  /**
   * Advances a state by the features or items that were set, one after the other.
   *
   * @param state the state
   * @param steps their number, 1 to the capacity
   */
  public void window(MemorySegment state, int steps) {
    for (LayerStep step : stack.steps()) {
      step.window(this, state, steps);
    }
    keepOutput(steps - 1, state);
  }

  /**
   * Computes the part of the next step of many states that does not depend on its input, as {@link
   * LayerStack#prepare} does.
   *
   * @param many the states, whose fields do not change
   * @param count the number of states, 1 to the capacity
   */
  public void prepare(MemorySegment[] many, int count) {
    states = many;
    for (LayerStep step : stack.steps()) {
      step.prepare(this, count);
    }
    states = NO_STATES;
  }

  /**
   * Advances many states by the features or items that were set, one each.
   *
   * @param many the states, all different
   * @param arePrepared whether all of them are prepared
   * @param count the number of states, 1 to the capacity
   */
  public void step(MemorySegment[] many, boolean arePrepared, int count) {
    states = many;
    prepared = arePrepared;
    for (LayerStep step : stack.steps()) {
      step.step(this, count);
    }
    for (int i = 0; i < count; i++) {
      keepOutput(i, many[i]);
    }
    states = NO_STATES;
  }

  /** Copies the output of the last layer into a state that has a field for it. */
  private void keepOutput(int index, MemorySegment state) {
    if (stack.keepsOutput()) {
      MemorySegment.copy(
          vectors.memory(),
          index * vectors.stride(),
          state,
          stack.outputOffset(),
          stack.outputBytes());
    }
  }

  /** Returns the offset of the row of an item that was set. */
  long itemRow(int index) {
    return itemRows[index];
  }

  MemorySegment state(int index) {
    return states[index];
  }

  boolean arePrepared() {
    return prepared;
  }

  /** Returns the offset of the sums of a state or step. */
  long sum(int index) {
    return index * recurrentSums.stride();
  }

  /** Copies a field of a state into the vector of the next layer. */
  void setVector(int index, MemorySegment state, long field, int groups) {
    copy(vectors, index, state, field, groups);
  }

  /** Keeps the hidden state of a layer for the recurrent products. */
  void keepHidden(int index, long field, int groups) {
    copy(hiddens, index, states[index], field, groups);
  }

  /** Keeps a vector that the layer is about to write. */
  void keepVector(int index, int groups) {
    copy(hiddens, index, vectors.memory(), index * vectors.stride(), groups);
  }

  /** Limits the output of a layer that nothing but its weights bounds. */
  void limitVector(int index, int groups) {
    kernels.limit(vectors.memory(), index * vectors.stride(), groups);
  }

  /** Keeps the vector that the next layer takes for a residual connection. */
  void keepVector(int index, KeptVector vector) {
    keep(vectors.memory(), index * vectors.stride(), index, vector);
  }

  /** Keeps a vector from the row of an item for a residual connection. */
  void keepOfItem(int index, long position, KeptVector vector) {
    keep(stack.requireItems().memory(), itemRows[index] + position, index, vector);
  }

  private void keep(MemorySegment source, long from, int index, KeptVector vector) {
    long to = index * kept.stride() + vector.position();
    kernels.copyRow(source, from, vector.groups(), kept.memory(), to);
  }

  private static void copy(Vectors target, int index, MemorySegment state, long field, int groups) {
    MemorySegment.copy(
        state, field, target.memory(), index * target.stride(), groups * Kernels.GROUP_BYTES);
  }

  /** Sets all sums to a row of the weight file. */
  void copyRows(MemorySegment weights, long row, int groups, Vectors sums, int count) {
    for (int i = 0; i < count; i++) {
      kernels.copyRow(weights, row, groups, sums.memory(), i * sums.stride());
    }
  }

  /** Adds the row of each item, and those of the attributes of its event. */
  void addItems(int groups, Vectors sums, int count) {
    MemorySegment rows = stack.requireItems().memory();
    EventRows events = stack.events();
    for (int i = 0; i < count; i++) {
      long sum = i * sums.stride();
      if (events == null) {
        kernels.addRow(rows, itemRows[i], groups, 1, sums.memory(), sum);
      } else {
        // In the order of a single step, for the same bits.
        kernels.copyRow(rows, itemRows[i], groups, eventSums, 0);
        addEvent(events, i, eventSums, 0);
        kernels.addRow(eventSums, 0, groups, 1, sums.memory(), sum);
      }
    }
  }

  /** Sets the sums to the row of each item, and adds those of the attributes of its event. */
  void copyItems(int groups, Vectors sums, int count) {
    MemorySegment rows = stack.requireItems().memory();
    EventRows events = stack.events();
    for (int i = 0; i < count; i++) {
      long sum = i * sums.stride();
      kernels.copyRow(rows, itemRows[i], groups, sums.memory(), sum);
      if (events != null) {
        addEvent(events, i, sums.memory(), sum);
      }
    }
  }

  private void addEvent(EventRows events, int index, MemorySegment sums, long sum) {
    events.add(kernels, eventValues, index * events.attributes(), sums, sum);
  }

  /** Adds the products of a matrix with all vectors. */
  void addProducts(Panels panels, Vectors x, int count, Vectors sums) {
    for (int i = 0; i < panels.blocks(); i++) {
      kernels.addProducts(panels, i, x, padded(count), sums, i * Panels.ROW_BYTES, scratch);
    }
  }
}
