package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.memory.OffHeap;

/**
 * A stack of LSTM layers over the mapping of a weight file. Immutable and thread-safe; it is valid
 * while the file is open, and afterwards throws {@link IllegalStateException}.
 *
 * <p>A state is native memory of {@link #stateSize} bytes that holds c and h of every layer, each
 * padded to groups of 16 floats; zeros are the start of a sequence. The gates are scratch of {@link
 * #gatesSize} bytes. Neither may be used by two threads at the same time.
 */
public final class LstmStack {
  private final Kernels kernels;
  private final MemorySegment weights;
  private final LstmLayer[] layers;
  private final LstmLayer lowest;

  private LstmStack(Kernels kernels, MemorySegment weights, List<LstmLayer> layers) {
    this.kernels = kernels;
    this.weights = weights;
    this.layers = layers.toArray(LstmLayer[]::new);
    this.lowest = layers.getFirst();
  }

  /**
   * Finds a stack that takes input vectors, as {@link LayerPanels#add} writes it.
   *
   * @param file an open weight file
   * @param inputSize the width of the input vectors
   * @param hiddenSizes the hidden units of each layer from the input upwards
   * @return the stack
   * @throws ModelRejectedException if a tensor is absent or of another shape
   */
  public static LstmStack open(WeightFile file, int inputSize, List<Integer> hiddenSizes)
      throws ModelRejectedException {
    return open(file, inputSize, hiddenSizes, ConfiguredKernels.get());
  }

  static LstmStack open(WeightFile file, int inputSize, List<Integer> hiddenSizes, Kernels kernels)
      throws ModelRejectedException {
    List<LstmLayer> layers = new ArrayList<>();
    addVectorLayers(file, inputSize, hiddenSizes, layers);
    return new LstmStack(kernels, file.data(), layers);
  }

  /** Finds the stack of a network whose lowest layer has a folded input row per item. */
  static LstmStack open(WeightFile file, ModelSpecification specification, Kernels kernels)
      throws ModelRejectedException {
    int hiddenSize = specification.hiddenSizes().getFirst();
    int groups = LstmLayer.groups(hiddenSize);
    long rows =
        file.require(
                LayerPanels.rowsName(0),
                DataType.F32,
                specification.items(),
                groups,
                Kernels.GATES,
                Kernels.LANES)
            .offset();
    List<LstmLayer> layers = new ArrayList<>();
    layers.add(
        new LstmLayer(
            specification.embeddingSize(),
            hiddenSize,
            rows,
            LstmLayer.FOLDED,
            recurrent(file, 0, hiddenSize),
            0,
            groups * Kernels.GROUP_BYTES));
    List<Integer> above =
        specification.hiddenSizes().subList(1, specification.hiddenSizes().size());
    addVectorLayers(file, hiddenSize, above, layers);
    return new LstmStack(kernels, file.data(), layers);
  }

  private static void addVectorLayers(
      WeightFile file, int inputSize, List<Integer> hiddenSizes, List<LstmLayer> layers)
      throws ModelRejectedException {
    long cell = layers.isEmpty() ? 0 : end(layers.getLast());
    int width = inputSize;
    for (int hiddenSize : hiddenSizes) {
      int number = layers.size();
      int groups = LstmLayer.groups(hiddenSize);
      long bias =
          file.require(
                  LayerPanels.biasName(number), DataType.F32, groups, Kernels.GATES, Kernels.LANES)
              .offset();
      long input =
          file.require(
                  LayerPanels.inputName(number),
                  DataType.F32,
                  groups,
                  width,
                  Kernels.GATES,
                  Kernels.LANES)
              .offset();
      long recurrent = recurrent(file, number, hiddenSize);
      long hidden = cell + groups * Kernels.GROUP_BYTES;
      layers.add(new LstmLayer(width, hiddenSize, bias, input, recurrent, cell, hidden));
      cell = end(layers.getLast());
      width = hiddenSize;
    }
  }

  private static long recurrent(WeightFile file, int layer, int hiddenSize)
      throws ModelRejectedException {
    return file.require(
            LayerPanels.recurrentName(layer),
            DataType.F32,
            LstmLayer.groups(hiddenSize),
            hiddenSize,
            Kernels.GATES,
            Kernels.LANES)
        .offset();
  }

  /** The offset in a state of the first byte after a layer. */
  private static long end(LstmLayer layer) {
    return layer.hidden() + (long) layer.groups() * Kernels.GROUP_BYTES;
  }

  /** {@return the name of the backend, such as {@code vector-512} or {@code scalar}} */
  public String backend() {
    return kernels.name();
  }

  /** {@return the bytes of a state} */
  public long stateSize() {
    return end(layers[layers.length - 1]);
  }

  /** {@return the bytes of the scratch for gates: those of the widest layer} */
  public long gatesSize() {
    int groups = Arrays.stream(layers).mapToInt(LstmLayer::groups).max().orElseThrow();
    return groups * Kernels.GATE_BYTES;
  }

  /** {@return a new state of zeros, the start of a sequence} */
  public MemorySegment newState() {
    return OffHeap.allocate(stateSize());
  }

  /** {@return new scratch for the gates} */
  public MemorySegment newGates() {
    return OffHeap.allocate(gatesSize());
  }

  /** {@return new memory for an input vector of the lowest layer} */
  public MemorySegment newInput() {
    return OffHeap.allocateFloats(lowest.inputSize());
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

  /**
   * Returns where a layer's cells lie.
   *
   * @param layer the layer, 0 for the lowest
   * @return the offset of its c in a state, in bytes
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
   * Advances a state by one item; the inputs of the lowest layer must be folded.
   *
   * @param state the state, overwritten
   * @param gates the scratch
   * @param item the index of the item, which the caller has checked
   * @throws IllegalStateException if the stack takes vectors, or the weight file is closed
   */
  public void step(MemorySegment state, MemorySegment gates, int item) {
    if (!lowest.folded()) {
      throw new IllegalStateException("the lowest layer takes a vector, not an item");
    }
    lowest.step(kernels, weights, state, gates, item);
    climb(state, gates);
  }

  /**
   * Advances a state by one input vector.
   *
   * @param state the state, overwritten
   * @param gates the scratch
   * @param input the input vector in native memory, at offset 0
   * @throws IllegalStateException if the stack takes items, or the weight file is closed
   */
  public void step(MemorySegment state, MemorySegment gates, MemorySegment input) {
    if (lowest.folded()) {
      throw new IllegalStateException("the lowest layer takes an item, not a vector");
    }
    lowest.step(kernels, weights, state, gates, input, 0);
    climb(state, gates);
  }

  private void climb(MemorySegment state, MemorySegment gates) {
    for (int i = 1; i < layers.length; i++) {
      long below = layers[i - 1].hidden();
      layers[i].step(kernels, weights, state, gates, state, below);
    }
  }
}
