package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.OffHeap;
import org.staccato.model.ModelSpecification;
import org.staccato.model.ModelSpecification.Cell;
import org.staccato.model.ModelSpecification.Ranking;

/**
 * A stack of recurrent layers over a weight file. Immutable and thread-safe; it is valid while the
 * file is open, and afterwards throws {@link IllegalStateException}.
 *
 * <p>A state is native memory. Its first {@link #stateSize} bytes are c and h of every layer, each
 * padded to groups of 16 floats; zeros are the start of a sequence. Behind them is room for the
 * sums that {@link #prepare} computes ahead of the next step. A step gives the same bits whether it
 * was prepared or not. Neither a state nor the scratch may be used by two threads at the same time.
 */
public final class RecurrentStack {
  private final Kernels kernels;
  private final MemorySegment weights;
  private final RecurrentLayer[] layers;
  private final RecurrentLayer lowest;

  private RecurrentStack(Kernels kernels, MemorySegment weights, List<RecurrentLayer> layers) {
    this.kernels = kernels;
    this.weights = weights;
    this.layers = layers.toArray(RecurrentLayer[]::new);
    this.lowest = layers.getFirst();
  }

  /**
   * Finds a stack that takes input vectors, as {@link LayerWriter#add} writes it.
   *
   * @param file an open weight file
   * @param cell the kind of cell
   * @param inputSize the width of the input vectors
   * @param hiddenSizes the hidden units of each layer from the input upwards
   * @return the stack
   * @throws ModelRejectedException if a tensor is absent or of another type or shape
   */
  public static RecurrentStack open(
      WeightFile file, Cell cell, int inputSize, List<Integer> hiddenSizes)
      throws ModelRejectedException {
    return open(file, cell, inputSize, hiddenSizes, ConfiguredKernels.get());
  }

  static RecurrentStack open(
      WeightFile file, Cell cell, int inputSize, List<Integer> hiddenSizes, Kernels kernels)
      throws ModelRejectedException {
    return open(file, cell, inputSize, 0, hiddenSizes, kernels);
  }

  static RecurrentStack open(WeightFile file, ModelSpecification specification, Kernels kernels)
      throws ModelRejectedException {
    int items = specification.task() instanceof Ranking ranking ? ranking.items() : 0;
    return open(
        file,
        specification.cell(),
        specification.inputSize(0),
        items,
        specification.hiddenSizes(),
        kernels);
  }

  /** The lowest layer takes items if there are any. */
  private static RecurrentStack open(
      WeightFile file,
      Cell cell,
      int inputSize,
      int items,
      List<Integer> hiddenSizes,
      Kernels kernels)
      throws ModelRejectedException {
    long sums = 0;
    for (int size : hiddenSizes) {
      int stored = cell == Cell.LSTM ? 2 : 1;
      sums += (long) stored * GateRows.groups(size) * Kernels.GROUP_BYTES;
    }
    List<RecurrentLayer> layers = new ArrayList<>();
    long offset = 0;
    int width = inputSize;
    for (int size : hiddenSizes) {
      int number = layers.size();
      RecurrentLayer layer =
          RecurrentLayer.find(
              file, number, new GateRows(cell, size), width, number == 0 ? items : 0, offset, sums);
      layers.add(layer);
      offset = layer.end();
      sums += layer.sumBytes();
      width = size;
    }
    return new RecurrentStack(kernels, file.data(), layers);
  }

  Kernels kernels() {
    return kernels;
  }

  /** The same stack on other kernels. */
  RecurrentStack on(Kernels others) {
    return new RecurrentStack(others, weights, List.of(layers));
  }

  MemorySegment weights() {
    return weights;
  }

  RecurrentLayer layer(int number) {
    return layers[number];
  }

  /** {@return the name of the backend, such as {@code vector-512} or {@code scalar}} */
  public String backend() {
    return kernels.name();
  }

  /** {@return the bytes of c and h of every layer} */
  public long stateSize() {
    return layers[layers.length - 1].end();
  }

  /** The bytes of the widest layer's sums. */
  long widestSums() {
    long widest = 0;
    for (RecurrentLayer layer : layers) {
      widest = Math.max(widest, layer.sumBytes());
    }
    return widest;
  }

  /** {@return the bytes of a state with its prepared sums} */
  public long preparedSize() {
    RecurrentLayer last = layers[layers.length - 1];
    return last.sums() + last.sumBytes();
  }

  /** {@return a new state of zeros, the start of a sequence, with room for prepared sums} */
  public MemorySegment newState() {
    return OffHeap.allocate(preparedSize());
  }

  /** {@return the bytes of the scratch for steps} */
  public long scratchSize() {
    return 2 * widestSums();
  }

  /** {@return new scratch for steps} */
  public MemorySegment newScratch() {
    return OffHeap.allocate(scratchSize());
  }

  /** {@return the bytes that a step reads of an input vector of the lowest layer, in fours} */
  public long inputBytes() {
    return (long) Panels.padded(lowest.inputSize()) * Float.BYTES;
  }

  /** {@return new memory for an input vector of the lowest layer, padded with zeros} */
  public MemorySegment newInput() {
    return OffHeap.allocate(inputBytes());
  }

  /** {@return the width of the input vectors, or of the embedding of items} */
  public int inputSize() {
    return lowest.inputSize();
  }

  /** {@return the number of layers} */
  public int layers() {
    return layers.length;
  }

  /**
   * Returns the size of a layer.
   *
   * @param layer the layer, 0 for the lowest
   * @return its number of hidden units
   */
  public int hiddenSize(int layer) {
    return layers[layer].hiddenSize();
  }

  /** {@return whether the layers have cells: those of an LSTM do, those of a GRU do not} */
  public boolean hasCells() {
    return lowest.isLstm();
  }

  /**
   * Returns where a layer's cells lie.
   *
   * @param layer the layer, 0 for the lowest
   * @return the offset of its c in a state, in bytes; for a GRU, which has none, that of h
   */
  public long cellOffset(int layer) {
    return layers[layer].cell();
  }

  /**
   * Returns where a layer's hidden state lies.
   *
   * @param layer the layer, 0 for the lowest
   * @return the offset of its h in a state, in bytes
   */
  public long hiddenOffset(int layer) {
    return layers[layer].hidden();
  }

  /**
   * Computes what the next step needs and does not depend on its input, the recurrent sums of all
   * layers, into the state.
   *
   * @param state the state, whose c and h are left alone
   * @throws IllegalStateException if the weight file is closed
   */
  public void prepare(MemorySegment state) {
    for (RecurrentLayer layer : layers) {
      layer.prepare(kernels, weights, state, state, layer.sums());
    }
  }

  /**
   * Advances a state by one item.
   *
   * @param state the state, overwritten; it is not prepared afterwards
   * @param prepared whether {@link #prepare} was called since c and h last changed
   * @param scratch the scratch
   * @param item the index of the item, which the caller has checked
   * @throws IllegalStateException if the stack takes vectors, or the weight file is closed
   */
  public void step(MemorySegment state, boolean prepared, MemorySegment scratch, int item) {
    if (lowest.input() != null) {
      throw new IllegalStateException("the lowest layer takes a vector, not an item");
    }
    MemorySegment sums = prepared ? state : scratch;
    long sum = prepared ? lowest.sums() : 0;
    long inputSum = scratch.byteSize() / 2;
    if (!prepared) {
      lowest.prepare(kernels, weights, state, sums, sum);
    }
    lowest.addItem(kernels, weights, item, sums, sum, scratch, inputSum);
    lowest.advance(kernels, state, sums, sum, scratch, inputSum);
    climb(state, prepared, scratch);
  }

  /**
   * Advances a state by one input vector.
   *
   * @param state the state, overwritten; it is not prepared afterwards
   * @param prepared whether {@link #prepare} was called since c and h last changed
   * @param scratch the scratch
   * @param input the input vector in native memory, at offset 0; see {@link #newInput}
   * @throws IllegalStateException if the stack takes items, or the weight file is closed
   */
  public void step(
      MemorySegment state, boolean prepared, MemorySegment scratch, MemorySegment input) {
    Panels matrix = lowest.input();
    if (matrix == null) {
      throw new IllegalStateException("the lowest layer takes an item, not a vector");
    }
    step(lowest, matrix, state, prepared, scratch, input, 0);
    climb(state, prepared, scratch);
  }

  private void climb(MemorySegment state, boolean prepared, MemorySegment scratch) {
    for (int i = 1; i < layers.length; i++) {
      Panels matrix = layers[i].input();
      if (matrix != null) {
        step(layers[i], matrix, state, prepared, scratch, state, layers[i - 1].hidden());
      }
    }
  }

  private void step(
      RecurrentLayer layer,
      Panels matrix,
      MemorySegment state,
      boolean prepared,
      MemorySegment scratch,
      MemorySegment x,
      long offset) {
    MemorySegment sums = prepared ? state : scratch;
    long sum = prepared ? layer.sums() : 0;
    long inputSum = scratch.byteSize() / 2;
    if (!prepared) {
      layer.prepare(kernels, weights, state, sums, sum);
    }
    layer.addInput(kernels, weights, matrix, x, offset, sums, sum, scratch, inputSum);
    layer.advance(kernels, state, sums, sum, scratch, inputSum);
  }
}
